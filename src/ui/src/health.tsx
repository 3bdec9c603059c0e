import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Health } from './model';
import { Card, LifeBadge, Time, Trouble, useApi, useNow } from './parts';
import { Poller } from './poll';
import { duration } from './time';

/** How the app is: its workers, its queue, and how it is set. */

export function useHealth(detail: boolean): { health: Health | null; error: unknown } {
  const api = useApi();
  const [seen, setSeen] = useState<{ health: Health | null; error: unknown }>({ health: null, error: null });
  useEffect(() => {
    let last = '';
    const poller = new Poller(async () => {
      try {
        const health = await api.health(detail);
        const text = JSON.stringify(health);
        const hasChanged = text !== last;
        last = text;
        if (hasChanged) setSeen({ health, error: null });
      } catch (error) {
        last = '';
        setSeen((before) => ({ ...before, error }));
      }
      // Nothing here is in a hurry: it is asked about less and less often, every 15 seconds in the end.
      return 'unchanged';
    });
    return () => {
      poller.stop();
    };
  }, [api, detail]);
  return seen;
}

export function HealthPage(): JSX.Element {
  const { health, error } = useHealth(true);
  const api = useApi();
  const now = useNow();
  return (
    <>
      <h1 tabIndex={-1}>Health</h1>
      <Trouble error={error} />
      {health === null ? (
        error === null && <p class="quiet">Looking …</p>
      ) : (
        <>
          <Card title="App" aside={<span class={`badge ${isWell(health) ? 'l-alive' : 'l-vanished'}`}>{health.status}</span>}>
            <dl class="facts">
              <Fact name="Hub" value={health.hub} />
              <Fact name="Version" value={health.version ?? api.config.version} />
              <Fact name="Java" value={health.java} />
              <Fact name="Turn queue" value={health.queue && `${health.queue.length} messages`} />
              <Fact
                name="Oldest message"
                value={health.queue?.oldestAgeSeconds === undefined || health.queue.oldestAgeSeconds === null ? undefined : duration(health.queue.oldestAgeSeconds * 1000)}
              />
              <Fact name="Poison" value={health.poison && `${health.poison.length} messages`} />
              <div class="fact">
                <dt>Last sweep</dt>
                <dd>
                  <Time at={health.lastSweep} now={now} />
                </dd>
              </div>
            </dl>
          </Card>
          {health.workers !== undefined && (
            <Card title="Workers" aside={<span class="quiet">{health.workers.filter((worker) => worker.life === 'alive').length} alive</span>}>
              {health.workers.length === 0 ? (
                <p class="quiet">No worker is known.</p>
              ) : (
                <div class="scroll" tabIndex={0} role="group" aria-label="Workers">
                  <table>
                    <thead>
                      <tr>
                        <th scope="col">Worker</th>
                        <th scope="col">Life</th>
                        <th scope="col">Since</th>
                      </tr>
                    </thead>
                    <tbody>
                      {health.workers.map((worker) => (
                        <tr key={worker.id}>
                          <th scope="row" class="mono">
                            {worker.id}
                          </th>
                          <td>
                            <LifeBadge life={worker.life} />
                          </td>
                          <td>
                            <Time at={worker.since} now={now} />
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </Card>
          )}
          {health.settings !== undefined && (
            <Card title="Settings">
              <div class="scroll" tabIndex={0} role="group" aria-label="Settings">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">Setting</th>
                      <th scope="col">Value</th>
                    </tr>
                  </thead>
                  <tbody>
                    {Object.entries(health.settings).map(([name, value]) => (
                      <tr key={name}>
                        <th scope="row" class="mono">
                          {name}
                        </th>
                        <td class="mono">{String(value)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </Card>
          )}
        </>
      )}
    </>
  );
}

export const isWell = (health: Health): boolean => /^(ok|healthy|up|pass)$/i.test(health.status);

function Fact({ name, value }: { name: string; value: string | undefined }): JSX.Element | null {
  if (value === undefined) return null;
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
