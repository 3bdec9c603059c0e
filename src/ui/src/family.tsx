import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { childrenOf, type Child } from './history';
import type { HistoryEvent, Status } from './model';
import { Card, Id, STATE_TEXT, StatusBadge, Trouble, useApi } from './parts';
import type { RuntimeStatus } from './policy';
import { toId, toList } from './route';

/** The tree of parent and children: what called it, and what it has called. */

const SHOWN = 50;

export function Family({ status, events }: { status: Status; events: readonly HistoryEvent[] }): JSX.Element | null {
  const children = childrenOf(events);
  if (children.length === 0 && status.parent === null) return null;
  return (
    <Card title="Family" aside={<a href={toList({ parent: status.instanceId })}>List its children</a>}>
      <ul class="family">
        {status.parent === null ? (
          <Self status={status}>{children}</Self>
        ) : (
          <li>
            <a href={toId(status.parent.instanceId)}>
              <Id id={status.parent.instanceId} />
            </a>{' '}
            <span class="quiet">called it</span>
            <ul>
              <Self status={status}>{children}</Self>
            </ul>
          </li>
        )}
      </ul>
    </Card>
  );
}

function Self({ status, children }: { status: Status; children: Child[] }): JSX.Element {
  return (
    <li>
      <Id id={status.instanceId} /> <StatusBadge status={status.runtimeStatus} /> <span class="quiet">this one</span>
      <Children all={children} />
    </li>
  );
}

function Children({ all }: { all: Child[] }): JSX.Element | null {
  const [shown, setShown] = useState(SHOWN);
  if (all.length === 0) return null;
  return (
    <ul>
      {all.slice(0, shown).map((child) => (
        <Branch key={child.instanceId} child={child} />
      ))}
      {all.length > shown && (
        <li>
          <button type="button" class="small" onClick={() => { setShown(shown + 10 * SHOWN); }}>
            {all.length - shown} more
          </button>
        </li>
      )}
    </ul>
  );
}

interface Found {
  status: RuntimeStatus;
  children: Child[];
}

function Branch({ child }: { child: Child }): JSX.Element {
  const api = useApi();
  const [found, setFound] = useState<Found | 'gone' | null>(null);
  const [error, setError] = useState<unknown>(null);
  const look = async (): Promise<void> => {
    try {
      const status = await api.status(child.instanceId, { showInput: false });
      const events = status && (await api.history(child.instanceId, status.executionId, false));
      setFound(status && events ? { status: status.runtimeStatus, children: childrenOf(events) } : 'gone');
    } catch (trouble) {
      setError(trouble);
    }
  };
  return (
    <li>
      <a href={toId(child.instanceId)}>
        <Id id={child.instanceId} />
      </a>{' '}
      <span class="quiet">
        {child.name}, {STATE_TEXT[child.state]}
      </span>{' '}
      {found === null && (
        <button type="button" class="small" aria-label={`Look at ${child.instanceId}`} onClick={() => void look()}>
          Look
        </button>
      )}
      {found === 'gone' && <span class="quiet">It is gone.</span>}
      {found !== null && found !== 'gone' && (
        <>
          <StatusBadge status={found.status} />
          <Children all={found.children} />
        </>
      )}
      <Trouble error={error} />
    </li>
  );
}
