import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { OPERATIONS, refusal, TEXT, type Operation } from './actions';
import { randomId, startedOf, type Api, type Request } from './api';
import { flawOf } from './json';
import type { Status } from './model';
import { announce, checkedOf, Curl, Dialog, Field, Form, Id, Trouble, useApi, valueOf } from './parts';
import { isEnded } from './policy';
import { part, toId } from './route';

/** What can be done to one instance, each with a confirmation. */

export interface Choice {
  reason: string;
  recursive: boolean;
  /** Restart: under a random ID, and not in place. */
  fresh: boolean;
  event: string;
  eventId: string;
  payload: string;
}

export const newChoice = (api: Api): Choice => ({
  reason: `by ${api.user}`,
  recursive: false,
  fresh: false,
  event: '',
  eventId: randomId(),
  payload: '',
});

/** The request that does it. */
export function requestOf(operation: Operation, id: string, choice: Choice): Request {
  const path = `instances/${part(id)}`;
  switch (operation) {
    case 'raise':
      return {
        method: 'POST',
        path: `${path}/raiseEvent/${part(choice.event)}`,
        query: { eventId: choice.eventId },
        body: choice.payload,
      };
    case 'purge':
      return { method: 'DELETE', path, query: { recursive: choice.recursive || undefined } };
    case 'restart':
      return { method: 'POST', path: `${path}/restart`, query: { restartWithNewInstanceId: choice.fresh } };
    case 'terminate':
      return {
        method: 'POST',
        path: `${path}/terminate`,
        query: { reason: choice.reason, recursive: choice.recursive || undefined },
      };
    default:
      return { method: 'POST', path: `${path}/${operation}`, query: { reason: choice.reason } };
  }
}

/** What is asked before something is done. */
export function ChoiceFields(props: { operation: Operation; choice: Choice; change: (choice: Choice) => void; events?: string[]; isEnded?: boolean }): JSX.Element {
  const { operation, choice, change } = props;
  const flaw = operation === 'raise' && choice.payload.trim() !== '' ? flawOf(choice.payload) : '';
  return (
    <>
      {operation === 'raise' && (
        <>
          <Field label="Event">
            <input required maxLength={256} value={choice.event} list="waited-for" autocomplete="off" onInput={(event) => { change({ ...choice, event: valueOf(event) }); }} />
          </Field>
          <datalist id="waited-for">
            {(props.events ?? []).map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </datalist>
          <Field label="Payload, as JSON" hint="Nothing is null." error={flaw}>
            <textarea rows={5} spellcheck={false} value={choice.payload} aria-invalid={flaw !== ''} onInput={(event) => { change({ ...choice, payload: valueOf(event) }); }} />
          </Field>
          <Field label="Event ID" hint="Sent again under the same ID, it is one event.">
            <input required maxLength={256} class="mono" value={choice.eventId} onInput={(event) => { change({ ...choice, eventId: valueOf(event) }); }} />
          </Field>
        </>
      )}
      {operation === 'restart' && (
        <fieldset>
          <legend>Under which ID</legend>
          <label class="check">
            <input type="radio" name="fresh" checked={!choice.fresh} disabled={props.isEnded === false} onChange={() => { change({ ...choice, fresh: false }); }} />
            <span>
              The same: the instance is replaced, its history is gone
              {props.isEnded === false && <span class="hint"> – not before it has ended</span>}
            </span>
          </label>
          <label class="check">
            <input type="radio" name="fresh" checked={choice.fresh} onChange={() => { change({ ...choice, fresh: true }); }} />
            <span>A random one: the instance stays as it is</span>
          </label>
        </fieldset>
      )}
      {(operation === 'terminate' || operation === 'purge') && (
        <label class="check">
          <input type="checkbox" checked={choice.recursive} onChange={(event) => { change({ ...choice, recursive: checkedOf(event) }); }} />
          <span>{operation === 'terminate' ? 'Its sub-orchestrations too' : 'Its sub-orchestrations that have ended too'}</span>
        </label>
      )}
      {operation !== 'raise' && operation !== 'restart' && operation !== 'purge' && (
        <Field label="Reason">
          <input maxLength={1000} value={choice.reason} onInput={(event) => { change({ ...choice, reason: valueOf(event) }); }} />
        </Field>
      )}
    </>
  );
}

interface OperationsProps {
  status: Status;
  /** Is called when something was done. */
  done: (operation: Operation) => void;
}

export function Operations({ status, done }: OperationsProps): JSX.Element | null {
  const api = useApi();
  const [open, setOpen] = useState<Operation | null>(null);
  if (api.isReadOnly) {
    return <p class="note calm">This dashboard is read-only: it starts and changes nothing.</p>;
  }
  return (
    <>
      <div class="actions" role="group" aria-label="Operations">
        {OPERATIONS.map((operation) => {
          const why = refusal(operation, status.runtimeStatus);
          return (
            <span key={operation} class="action">
              <button
                type="button"
                class={TEXT[operation].isDanger ? 'danger' : ''}
                aria-disabled={why !== ''}
                {...(why === '' ? {} : { 'aria-describedby': `why-${operation}`, title: why })}
                onClick={() => {
                  if (why === '') setOpen(operation);
                  else announce(why);
                }}
              >
                {TEXT[operation].label}
              </button>
              {why !== '' && (
                <span class="away" id={`why-${operation}`}>
                  {why}
                </span>
              )}
            </span>
          );
        })}
      </div>
      {open !== null && (
        <OperationDialog
          key={open}
          operation={open}
          status={status}
          close={() => { setOpen(null); }}
          done={done}
        />
      )}
    </>
  );
}

function OperationDialog(props: { operation: Operation; status: Status; close: () => void; done: (operation: Operation) => void }): JSX.Element {
  const { operation, status } = props;
  const api = useApi();
  const ended = isEnded(status.runtimeStatus);
  const [choice, setChoice] = useState<Choice>(() => ({ ...newChoice(api), event: status.waitingFor?.events[0] ?? '', fresh: !ended }));
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const sent = useRef(false);
  const request = requestOf(operation, status.instanceId, choice);
  const submit = async (): Promise<void> => {
    if (sent.current || (operation === 'raise' && choice.payload.trim() !== '' && flawOf(choice.payload) !== '')) return;
    sent.current = true;
    setBusy(true);
    setError(null);
    try {
      const answer = await api.send(request);
      announce(`${TEXT[operation].label}: accepted.`);
      props.close();
      props.done(operation);
      if (operation === 'restart' && choice.fresh) location.hash = toId(startedOf(answer.text).id);
    } catch (trouble) {
      setError(trouble);
      setBusy(false);
      sent.current = false;
    }
  };
  return (
    <Dialog title={`${TEXT[operation].label}?`} onClose={props.close}>
      <Form onSubmit={() => void submit()}>
        <p>
          <Id id={status.instanceId} />
        </p>
        <p>{TEXT[operation].effect}</p>
        <ChoiceFields operation={operation} choice={choice} change={setChoice} events={status.waitingFor?.events ?? []} isEnded={ended} />
        <Trouble error={error} />
        <div class="buttons">
          <button type="button" onClick={props.close}>
            Cancel
          </button>
          <button type="submit" class={TEXT[operation].isDanger ? 'danger primary' : 'primary'} disabled={isBusy}>
            {TEXT[operation].label}
          </button>
        </div>
        <Curl line={api.curl(request)} />
      </Form>
    </Dialog>
  );
}
