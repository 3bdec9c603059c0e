import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { OrchestratorInfo } from './model';
import { Card, Field, Form, Icon, Id, useApi, valueOf } from './parts';
import { flawOfId, toHealth, toId, toList, toStart } from './route';
import { isWell, useHealth } from './health';
import { STATUSES } from './list';
import { recentIds } from './recent';

/** Where one comes in: the one question, and ways to go on. */
export function HomePage(): JSX.Element {
  const api = useApi();
  const [id, setId] = useState('');
  const [flaw, setFlaw] = useState('');
  const [orchestrators, setOrchestrators] = useState<OrchestratorInfo[]>([]);
  const { health } = useHealth(true);
  const recent = recentIds();
  useEffect(() => {
    api.orchestrators().then(setOrchestrators, () => undefined);
  }, [api]);
  const alive = health?.workers?.filter((worker) => worker.life === 'alive').length;
  return (
    <>
      <section class="ask">
        <h1 tabIndex={-1}>Who holds this ID?</h1>
        <Form
          label="Who holds this ID?"
          onSubmit={() => {
            const wrong = flawOfId(id);
            setFlaw(wrong);
            if (wrong === '') location.hash = toId(id);
          }}
        >
          <Field label="Instance ID" error={flaw}>
            <input
              class="mono large"
              value={id}
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              aria-invalid={flaw !== ''}
              placeholder="import-acme"
              onInput={(event) => { setId(valueOf(event)); }}
            />
          </Field>
          <button type="submit" class="primary large">
            <Icon name="find" />
            Look
          </button>
        </Form>
        {recent.length > 0 && (
          <p class="recent">
            <span class="quiet">Lately:</span>{' '}
            {recent.map((each) => (
              <a key={each} href={toId(each)}>
                <Id id={each} />
              </a>
            ))}
          </p>
        )}
      </section>
      <div class="columns">
        <Card title="Instances">
          <ul class="links">
            {STATUSES.map((status) => (
              <li key={status}>
                <a class={`chip-link s-${status.toLowerCase()}`} href={toList({ runtimeStatus: status })}>
                  <Icon name={status} />
                  {status}
                </a>
              </li>
            ))}
          </ul>
          <p>
            <a href={toList()}>All of them</a> · <a href={toList({ orderBy: 'createdTime desc' })}>The newest</a> ·{' '}
            <a href={toList({ orderBy: 'lastUpdatedTime desc' })}>The latest changes</a>
          </p>
        </Card>
        <Card title="App" aside={<a href={toHealth()}>Health</a>}>
          {health === null ? (
            <p class="quiet">Looking …</p>
          ) : (
            <dl class="facts">
              <div class="fact">
                <dt>Status</dt>
                <dd>
                  <span class={`badge ${isWell(health) ? 'l-alive' : 'l-vanished'}`}>{health.status}</span>
                </dd>
              </div>
              {alive !== undefined && (
                <div class="fact">
                  <dt>Workers alive</dt>
                  <dd>{alive}</dd>
                </div>
              )}
              {health.queue !== undefined && (
                <div class="fact">
                  <dt>Turn queue</dt>
                  <dd>{health.queue.length}</dd>
                </div>
              )}
              {health.poison !== undefined && (
                <div class="fact">
                  <dt>Poison</dt>
                  <dd>{health.poison.length}</dd>
                </div>
              )}
            </dl>
          )}
        </Card>
      </div>
      <Card title="Orchestrators">
        {orchestrators.length === 0 ? (
          <p class="quiet">None is known.</p>
        ) : (
          <ul class="orchestrators">
            {orchestrators.map((each) => (
              <li key={each.name}>
                <div>
                  <strong>{each.name}</strong>
                  {each.description !== undefined && <p class="quiet">{each.description}</p>}
                </div>
                <span class="tools">
                  <a href={toList({ name: each.name })}>Instances</a>
                  {!api.isReadOnly && <a href={toStart({ name: each.name })}>Start</a>}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}
