import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { messageOf, randomId, startedOf, type Answer, type Request } from './api';
import { flawOf, pretty, read, type Raw } from './json';
import { VALUES, type OrchestratorInfo, type Rejected } from './model';
import { announce, Card, Curl, Field, Form, Id, StatusBadge, Trouble, useApi, useNow, valueOf } from './parts';
import { CONFLICT, forecast, impliedReuse, isEnded, REUSE, type Conflict, type Holder, type Reuse } from './policy';
import { flawOfId, part, toId, toList } from './route';
import { fromLocalField, fromNow } from './time';
import { Json } from './viewer';

/** The form that starts an instance, and says beforehand what will become of the holder of the ID. */

const CONFLICT_TEXT: Record<Conflict, string> = {
  fail: 'Refuse this start',
  useExisting: 'Attach to it: start nothing',
  runAfter: 'Run after it has ended',
  terminateExisting: 'Terminate it, and run in its place',
};

const REUSE_TEXT: Record<Reuse, string> = {
  rejectDuplicate: 'Refuse this start',
  allowDuplicate: 'Replace it',
  allowDuplicateFailedOnly: 'Replace it only if it has failed or was terminated',
};

/** How long an ID is left alone before its holder is looked up. */
const TYPING = 300;
const LONGEST_WAIT = 230;

export interface StartFormProps {
  fixedId?: string;
  name?: string;
  input?: Raw;
  started?: () => void;
}

type Look = { id: string; holder: Holder | null } | { id: string; trouble: unknown };

export function StartForm(props: StartFormProps): JSX.Element {
  const api = useApi();
  const [orchestrators, setOrchestrators] = useState<OrchestratorInfo[]>([]);
  const [name, setName] = useState(props.name ?? '');
  const [typedId, setTypedId] = useState('');
  const id = props.fixedId ?? typedId;
  const [input, setInput] = useState(() => (props.input === undefined || props.input === 'null' ? '' : pretty(props.input)));
  const [conflict, setConflict] = useState<Conflict>('fail');
  const [chosenReuse, setChosenReuse] = useState<Reuse | null>(null);
  const reuse = chosenReuse ?? impliedReuse(conflict);
  const [when, setWhen] = useState<'now' | 'delay' | 'at'>('now');
  const [delay, setDelay] = useState('PT1H');
  const [startAt, setStartAt] = useState('');
  const [key, setKey] = useState(randomId);
  const [wait, setWait] = useState('');
  const [outcome, setOutcome] = useState<Answer | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const sending = useRef(false);
  const [looks, setLooks] = useState(0);
  const look = useHolder(id, looks);

  useEffect(() => {
    api.orchestrators().then(
      (all) => {
        setOrchestrators(all);
        setName((present) => (present === '' ? (all[0]?.name ?? '') : present));
      },
      () => undefined,
    );
  }, [api]);

  const known = orchestrators.find((each) => each.name === name);
  const flaw = input.trim() === '' ? '' : flawOf(input);
  const idFlaw = id === '' ? '' : flawOfId(id);
  const holder = id === '' ? undefined : look && 'holder' in look && look.id === id ? look.holder : undefined;
  const isKnown = id === '' || (look !== null && 'holder' in look && look.id === id);
  const says = forecast(holder, reuse, conflict);
  const request: Request = {
    method: 'POST',
    path: `orchestrators/${part(name)}${id === '' ? '' : `/${part(id)}`}`,
    query: {
      ...(id === '' ? {} : { idConflictPolicy: conflict, idReusePolicy: reuse }),
      delay: when === 'delay' ? delay : undefined,
      startAt: when === 'at' ? fromLocalField(startAt) : undefined,
      timeout: wait,
    },
    headers: { 'Idempotency-Key': key },
    body: input.trim() === '' ? undefined : input,
  };

  const submit = async (): Promise<void> => {
    if (sending.current || flaw !== '' || idFlaw !== '') return;
    sending.current = true;
    setBusy(true);
    setError(null);
    setOutcome(null);
    try {
      const answer = await api.sendOnce(request);
      if (answer.status >= 400 && answer.status !== 409) throw new Error(messageOf(answer));
      setOutcome(answer);
      // The same key again would get the same answer: what is sent next is another start.
      setKey(randomId());
      setLooks((count) => count + 1);
      if (answer.status < 300) props.started?.();
    } catch (trouble) {
      setError(trouble);
    }
    sending.current = false;
    setBusy(false);
  };

  return (
    <Form class="start" label="Start" onSubmit={() => void submit()}>
      <div class="columns">
        <Field label="Orchestrator" hint={known?.description}>
          {orchestrators.length > 0 ? (
            <select value={name} onChange={(event) => { setName(valueOf(event)); }}>
              {!known && name !== '' && <option value={name}>{name}</option>}
              {orchestrators.map((each) => (
                <option key={each.name} value={each.name}>
                  {each.name}
                </option>
              ))}
            </select>
          ) : (
            <input required value={name} onInput={(event) => { setName(valueOf(event)); }} />
          )}
        </Field>
        {props.fixedId === undefined && (
          <Field label="ID" hint="Nothing is a random one." error={idFlaw}>
            <input class="mono" value={typedId} autocomplete="off" spellcheck={false} maxLength={256} onInput={(event) => { setTypedId(valueOf(event)); }} />
          </Field>
        )}
      </div>
      <Field label="Input, as JSON" hint="Nothing is no input." error={flaw}>
        <textarea rows={6} spellcheck={false} value={input} aria-invalid={flaw !== ''} onInput={(event) => { setInput(valueOf(event)); }} />
      </Field>
      {(known?.exampleInput !== undefined || known?.inputSchema !== undefined) && (
        <div class="tools">
          {known.exampleInput !== undefined && known.exampleInput !== 'null' && (
            <button type="button" class="small" onClick={() => { setInput(pretty(known.exampleInput ?? '')); }}>
              Fill in the example
            </button>
          )}
          {known.inputSchema !== undefined && known.inputSchema !== 'null' && (
            <details>
              <summary>Schema of the input</summary>
              <Json raw={known.inputSchema} name="schema" />
            </details>
          )}
        </div>
      )}
      {id !== '' && (
        <div class="columns">
          <fieldset>
            <legend>If the holder is live</legend>
            {CONFLICT.map((each) => (
              <label key={each} class="check">
                <input type="radio" name="conflict" value={each} checked={conflict === each} onChange={() => { setConflict(each); }} />
                <span>
                  {CONFLICT_TEXT[each]} <code>{each}</code>
                </span>
              </label>
            ))}
          </fieldset>
          <fieldset>
            <legend>If the holder has ended</legend>
            {REUSE.map((each) => (
              <label key={each} class="check">
                <input type="radio" name="reuse" value={each} checked={reuse === each} onChange={() => { setChosenReuse(each); }} />
                <span>
                  {REUSE_TEXT[each]} <code>{each}</code>
                </span>
              </label>
            ))}
          </fieldset>
        </div>
      )}
      <details>
        <summary>Later, waiting, and its key</summary>
        <div class="columns">
          <fieldset>
            <legend>When it begins</legend>
            <label class="check">
              <input type="radio" name="when" checked={when === 'now'} onChange={() => { setWhen('now'); }} />
              <span>At once</span>
            </label>
            <label class="check">
              <input type="radio" name="when" checked={when === 'delay'} onChange={() => { setWhen('delay'); }} />
              <span>After a duration</span>
            </label>
            {when === 'delay' && (
              <Field label="Duration, in ISO 8601">
                <input class="mono" required value={delay} onInput={(event) => { setDelay(valueOf(event)); }} />
              </Field>
            )}
            <label class="check">
              <input type="radio" name="when" checked={when === 'at'} onChange={() => { setWhen('at'); }} />
              <span>At a time</span>
            </label>
            {when === 'at' && (
              <Field label="Time, on the clock of this browser">
                <input type="datetime-local" required value={startAt} onInput={(event) => { setStartAt(valueOf(event)); }} />
              </Field>
            )}
          </fieldset>
          <Field label="Wait for the end, in seconds" hint={`At most ${LONGEST_WAIT}; nothing is not to wait.`}>
            <input type="number" min={1} max={LONGEST_WAIT} value={wait} onInput={(event) => { setWait(valueOf(event)); }} />
          </Field>
          <Field label="Idempotency-Key" hint="Sent again under the same key, it is one start.">
            <input class="mono" required maxLength={256} pattern="[ -~]+" value={key} onInput={(event) => { setKey(valueOf(event)); }} />
          </Field>
        </div>
      </details>
      <div class={`forecast o-${says.outcome}`} role="status">
        {isKnown ? (
          <>
            <span class={`badge o-${says.outcome}`}>{says.outcome}</span> {says.sentence}
          </>
        ) : look && 'trouble' in look ? (
          <>Who holds the ID could not be looked up. The answer will say what became of the start.</>
        ) : (
          <>Looking who holds the ID …</>
        )}
      </div>
      <div class="buttons">
        <button type="submit" class="primary" disabled={isBusy || flaw !== '' || idFlaw !== '' || name === ''}>
          {isBusy ? 'Starting …' : 'Start'}
        </button>
      </div>
      <Trouble error={error} />
      {outcome !== null && <StartOutcome answer={outcome} id={id} />}
      <Curl line={api.curl(request)} />
    </Form>
  );
}

/** Who holds an ID, looked up when it was not typed at for a moment. */
function useHolder(id: string, looks: number): Look | null {
  const api = useApi();
  const [look, setLook] = useState<Look | null>(null);
  useEffect(() => {
    if (id === '' || flawOfId(id) !== '') return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api.holding(id, abort.signal).then(
        (holding) => {
          const holder = holding && { name: holding.name, status: holding.runtimeStatus, isFollowed: holding.following !== null };
          setLook({ id, holder });
        },
        (trouble: unknown) => {
          if (!abort.signal.aborted) setLook({ id, trouble });
        },
      );
    }, TYPING);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [api, id, looks]);
  return look;
}

const OUTCOME_TEXT = {
  started: 'Started.',
  attached: 'Attached: it was there already, and nothing was started.',
  queued: 'Queued: it begins when the present run has ended.',
  replaced: 'Replaced: the present run is terminated, and this one begins in its place.',
} as const;

function StartOutcome({ answer, id }: { answer: Answer; id: string }): JSX.Element {
  const now = useNow();
  const parsed = useMemo(() => {
    if (answer.status === 409) return { rejected: read(answer.text, VALUES) as Rejected };
    return answer.status === 202 ? { started: startedOf(answer.text) } : {};
  }, [answer]);
  const { rejected, started } = parsed;
  const text = rejected ? 'Rejected.' : started ? OUTCOME_TEXT[started.outcome] : 'It has ended.';
  useEffect(() => {
    announce(text);
  }, [text, answer]);
  if (rejected) {
    const holder = rejected.existing;
    return (
      <div class="note warn outcome" data-outcome="rejected">
        <p>
          <span class="badge o-rejected">rejected</span> by <strong>{holder.name}</strong> <StatusBadge status={holder.runtimeStatus} />, which{' '}
          {isEnded(holder.runtimeStatus) ? 'had' : 'has'} the ID since {fromNow(Date.parse(holder.createdTime), now)}.
        </p>
        <p>{rejected.Message}</p>
        <p>
          <a href={toId(holder.instanceId)}>See the holder</a>
        </p>
      </div>
    );
  }
  if (started) {
    return (
      <div class="note good outcome" data-outcome={started.outcome}>
        <p>
          <span class={`badge o-${started.outcome}`}>{started.outcome}</span> {OUTCOME_TEXT[started.outcome]}
        </p>
        <p>
          <a href={toId(started.id)}>
            <Id id={started.id} />
          </a>{' '}
          <span class="quiet">execution {started.executionId}</span>
        </p>
      </div>
    );
  }
  return (
    <div class="note good outcome" data-outcome="ended">
      <p>It ended while the answer waited. The answer:</p>
      <Json raw={answer.text} name="answer" />
      {id !== '' && (
        <p>
          <a href={toId(id)}>See the instance</a>
        </p>
      )}
    </div>
  );
}

export function StartPage({ query }: { query: URLSearchParams }): JSX.Element {
  const api = useApi();
  const like = query.get('like') ?? '';
  const [template, setTemplate] = useState<{ name: string; input: Raw } | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (like === '' || flawOfId(like) !== '') return;
    api.status(like, {}).then(
      (status) => {
        if (status === null) setError(new Error(`No instance has the ID ${like} any more.`));
        else setTemplate({ name: status.name, input: status.input });
      },
      (trouble: unknown) => {
        setError(trouble);
      },
    );
  }, [api, like]);
  const name = query.get('name') ?? '';
  return (
    <>
      <h1 tabIndex={-1}>Start an instance</h1>
      <Trouble error={error} />
      {api.isReadOnly ? (
        <p class="note calm">This dashboard is read-only: it starts nothing.</p>
      ) : (
        <Card title={like === '' ? 'New instance' : 'Like another'}>
          {like !== '' && template === null && error === null ? (
            <p class="quiet">Looking …</p>
          ) : (
            <StartForm
              key={`${like} ${name} ${template === null ? '' : 'filled'}`}
              {...(template ? { name: template.name, input: template.input } : name === '' ? {} : { name })}
            />
          )}
        </Card>
      )}
      <p>
        <a href={toList()}>All instances</a>
      </p>
    </>
  );
}
