import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Raw } from './json';
import type { Following, Holding, Status } from './model';
import { Card, Time, Trouble, useApi } from './parts';
import { isEnded } from './policy';
import { bytes, fromNow } from './time';
import { Diff } from './differ';
import { Json } from './viewer';

const KIND: Record<string, string> = {
  event: 'Event',
  terminate: 'Terminate',
  suspend: 'Suspend',
  resume: 'Resume',
  giveUp: 'Give up',
  rewind: 'Rewind',
  childEnded: 'Sub-orchestration has ended',
};

/** What waits behind the holder: the run that follows, and the inbox in the order in which it is taken in. */
export function Behind({ status, holding, input, now }: { status: Status; holding: Holding | null; input: Raw; now: number }): JSX.Element | null {
  if (holding === null) return null;
  const { following, inbox } = holding;
  const waits = (following === null ? 0 : 1) + inbox.length;
  if (waits === 0 && isEnded(status.runtimeStatus)) return null;
  return (
    <Card title="Behind it" aside={<span class="quiet">{waits === 0 ? 'nothing waits' : `${waits}${holding.inboxMore ? ' and more' : ''} waiting`}</span>}>
      {following !== null && (
        <div class="following">
          <p>
            <strong>{following.name}</strong> runs next, as soon as this run has ended. It was asked for{' '}
            <time dateTime={following.askedAt} title={following.askedAt}>
              {fromNow(Date.parse(following.askedAt), now)}
            </time>
            .
          </p>
          {following.startAt !== null && (
            <p>
              Not before <Time at={following.startAt} now={now} />.
            </p>
          )}
          <FollowingInput key={following.executionId} id={status.instanceId} following={following} input={input} />
        </div>
      )}
      {following === null && !isEnded(status.runtimeStatus) && <p class="quiet">No run is queued behind this one.</p>}
      {inbox.length === 0 ? (
        <p class="quiet">The inbox is empty.</p>
      ) : (
        <div class="scroll" tabIndex={0} role="group" aria-label="Inbox">
          <table>
            <caption>Inbox, in the order in which it is taken in</caption>
            <thead>
              <tr>
                <th scope="col" class="number">#</th>
                <th scope="col">What</th>
                <th scope="col">Name</th>
                <th scope="col">Arrived</th>
                <th scope="col" class="number">Size</th>
              </tr>
            </thead>
            <tbody>
              {inbox.map((entry, i) => (
                <tr key={i}>
                  <td class="number">{i + 1}</td>
                  <td>{KIND[entry.kind] ?? entry.kind}</td>
                  <th scope="row">
                    <bdi>{entry.name ?? ''}</bdi>
                  </th>
                  <td>
                    <Time at={entry.at} now={now} />
                  </td>
                  <td class="number">{entry.bytes === null ? 'large' : bytes(entry.bytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {holding.inboxMore && <p class="quiet">There are more; the first {inbox.length} are shown.</p>}
        </div>
      )}
    </Card>
  );
}

/** A long input comes only when it is asked for. */
function FollowingInput({ id, following, input }: { id: string; following: Following; input: Raw }): JSX.Element {
  const api = useApi();
  const [loaded, setLoaded] = useState<Raw | null>(null);
  const [error, setError] = useState<unknown>(null);
  const next = loaded ?? (following.inputOmitted ? null : following.input);
  if (next === null) {
    const load = async (): Promise<void> => {
      try {
        const status = await api.status(id, { executionId: following.executionId });
        if (status) setLoaded(status.input);
      } catch (trouble) {
        setError(trouble);
      }
    };
    return (
      <>
        <button type="button" class="small" onClick={() => void load()}>
          Load its input
        </button>
        <Trouble error={error} />
      </>
    );
  }
  return (
    <>
      <details>
        <summary>Its input</summary>
        <Json raw={next} name="following-input" />
      </details>
      <details>
        <summary>What differs from the input of the present run</summary>
        <Diff before={input} after={next} names={['This run', 'The next']} />
      </details>
    </>
  );
}
