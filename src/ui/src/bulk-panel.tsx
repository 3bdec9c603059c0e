import type { JSX } from 'preact';
import { useEffect, useReducer, useState } from 'preact/hooks';
import { OPERATIONS, TEXT, type Operation } from './actions';
import { AT_ONCE, Bulk, type Result } from './bulk';
import { flawOf } from './json';
import { ChoiceFields, newChoice, requestOf, type Choice } from './operations';
import { Card, Field, Form, Id, useApi, valueOf } from './parts';
import { toId } from './route';
import { duration } from './time';

/** One operation on many instances: what, whether really, how far it is, and what became of each. */

export interface BulkOrder {
  ids: string[];
  /** Whether these are all that match, and not what was selected. */
  isWhole: boolean;
}

const SHOWN = 1000;
const RESULT: Record<Result, string> = { waiting: 'waits', running: 'under way', done: 'done', failed: 'failed', stopped: 'not begun' };

export function BulkPanel({ order, close }: { order: BulkOrder; close: () => void }): JSX.Element {
  const api = useApi();
  const [operation, setOperation] = useState<Operation>('purge');
  const [choice, setChoice] = useState<Choice>(() => newChoice(api));
  const [bulk, setBulk] = useState<Bulk | null>(null);
  const [began, setBegan] = useState(0);
  const [, redraw] = useReducer<number, null>((count) => count + 1, 0);
  useEffect(
    () => () => {
      bulk?.stop();
    },
    [bulk],
  );

  const begin = (): void => {
    if (operation === 'raise' && choice.payload.trim() !== '' && flawOf(choice.payload) !== '') return;
    const started = new Bulk(
      order.ids,
      async (id) => {
        // One event each: the ID of an event is known to its instance only, so that of the form will do for all.
        const answer = await api.send(requestOf(operation, id, choice));
        return answer.status === 202 ? 'accepted' : 'done';
      },
      () => { redraw(null); },
    );
    setBulk(started);
    setBegan(Date.now());
    void started.start();
  };

  const count = order.ids.length;
  const many = count === 1 ? '1 instance' : `${count} instances`;
  if (bulk === null) {
    return (
      <Card title={order.isWhole ? `All ${many} that match` : many}>
        <Form label="Act on many" onSubmit={begin}>
          <Field label="What to do" hint={TEXT[operation].effect}>
            <select value={operation} onChange={(event) => { setOperation(valueOf(event) as Operation); }}>
              {OPERATIONS.map((each) => (
                <option key={each} value={each}>
                  {TEXT[each].label}
                </option>
              ))}
            </select>
          </Field>
          <ChoiceFields operation={operation} choice={choice} change={setChoice} />
          <p class="quiet">One request for each, {AT_ONCE} at a time, from this browser. What the API refuses is shown, and stops nothing.</p>
          <div class="buttons">
            <button type="button" onClick={close}>
              Cancel
            </button>
            <button type="submit" class={TEXT[operation].isDanger ? 'danger primary' : 'primary'} disabled={count === 0}>
              {TEXT[operation].label} {many}
            </button>
          </div>
        </Form>
      </Card>
    );
  }

  const ended = bulk.count('done') + bulk.count('failed') + bulk.count('stopped');
  const failed = bulk.count('failed');
  const again = failed + bulk.count('stopped');
  const shown = [...bulk.jobs].sort((one, other) => rank(one.result) - rank(other.result)).slice(0, SHOWN);
  return (
    <Card title={`${TEXT[operation].label} ${many}`}>
      <progress max={count} value={ended} aria-label="Progress" />
      <p role="status">
        {bulk.count('done')} done, {failed} failed{bulk.count('stopped') > 0 && `, ${bulk.count('stopped')} not begun`}, of {count}
        {bulk.isRunning ? ` after ${duration(Date.now() - began)}` : '.'}
      </p>
      <div class="buttons">
        {bulk.isRunning ? (
          <button type="button" onClick={() => { bulk.stop(); }}>
            Stop
          </button>
        ) : (
          <>
            {again > 0 && (
              <button type="button" onClick={() => void bulk.retry()}>
                Try the {again} again
              </button>
            )}
            <button type="button" class="primary" onClick={close}>
              Back to the list
            </button>
          </>
        )}
      </div>
      <div class="scroll tall" tabIndex={0} role="group" aria-label="Outcomes">
        <table class="outcomes">
          <thead>
            <tr>
              <th scope="col">ID</th>
              <th scope="col">Outcome</th>
              <th scope="col">Answer</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((job) => (
              <tr key={job.id} data-result={job.result}>
                <th scope="row">
                  <a href={toId(job.id)}>
                    <Id id={job.id} />
                  </a>
                </th>
                <td>
                  <span class={`badge r-${job.result}`}>{RESULT[job.result]}</span>
                </td>
                <td>{job.note}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {count > SHOWN && <p class="quiet">Of {count}, {SHOWN} are shown, those that failed first.</p>}
      </div>
    </Card>
  );
}

const RANK: Record<Result, number> = { failed: 0, running: 1, stopped: 2, done: 3, waiting: 4 };
const rank = (result: Result): number => RANK[result];
