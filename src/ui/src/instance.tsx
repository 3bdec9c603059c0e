import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Api } from './api';
import { Behind } from './behind';
import { FailureCard } from './failure';
import { Family } from './family';
import { endOf, failureStory, itemsOf } from './history';
import { HolderCard } from './holder';
import { compact, type Raw } from './json';
import type { HistoryEvent, Holding, Status } from './model';
import { Operations } from './operations';
import { announce, Card, CopyButton, Id, StatusBadge, Trouble, useApi, useNow } from './parts';
import { isEnded } from './policy';
import { Poller, type Seen } from './poll';
import { flawOfId, toHome, toStart } from './route';
import { StartForm } from './start';
import { Timeline } from './timeline';
import { Diff } from './differ';
import { Json } from './viewer';

/** The page of an ID: of who holds it, or of nobody. */

interface Seeing {
  status: Status | null;
  holding: Holding | null;
  input: Raw;
  /** Empty and not `hasHistory` until it was loaded. */
  events: HistoryEvent[];
  hasHistory: boolean;
  hasValues: boolean;
  error: unknown;
  isLoaded: boolean;
}

const NOTHING: Seeing = { status: null, holding: null, input: 'null', events: [], hasHistory: false, hasValues: false, error: null, isLoaded: false };

/** What tells one state of an instance from another, without what changes with every look. */
const traceOf = (status: Status | null, holding: Holding | null): string => JSON.stringify([status, holding]);

/** What has to change before the history is another. */
const historyKey = (status: Status, holding: Holding | null): string =>
  [status.executionId, holding?.generation, holding?.rewinds, holding?.journalRows, status.runtimeStatus, holding ? '' : status.lastUpdatedTime].join(' ');

/** Looks at an instance, again and again while it is live. */
class Watch {
  private trace = '';
  private inputOf = '';
  private historyOf = '';
  private historyTook = 0;
  private historyAt = 0;
  private readonly abort = new AbortController();
  private readonly poller: Poller;
  private seeing = NOTHING;

  constructor(
    private readonly api: Api,
    private readonly id: string,
    private readonly show: (seeing: Seeing) => void,
  ) {
    this.poller = new Poller(() => this.look());
  }

  now(): void {
    this.poller.now();
  }

  stop(): void {
    this.poller.stop();
    this.abort.abort();
  }

  /** Loads the history with all inputs and results. */
  async loadValues(): Promise<void> {
    const executionId = this.seeing.status?.executionId;
    if (executionId === undefined) return;
    const events = await this.api.history(this.id, executionId, true, this.abort.signal);
    if (events !== null) this.update({ events, hasHistory: true, hasValues: true });
  }

  private update(change: Partial<Seeing>): void {
    this.seeing = { ...this.seeing, ...change };
    if (!this.abort.signal.aborted) this.show(this.seeing);
  }

  private async look(): Promise<Seen> {
    const signal = this.abort.signal;
    try {
      const [status, holding] = await Promise.all([
        this.api.status(this.id, { showInput: false }, signal),
        this.api.holding(this.id, signal),
      ]);
      const trace = traceOf(status, holding);
      const hasChanged = trace !== this.trace;
      this.trace = trace;
      if (status === null) {
        this.inputOf = '';
        this.historyOf = '';
        this.update({ ...NOTHING, isLoaded: true });
        return 'over';
      }
      if (hasChanged || this.seeing.error !== null) this.update({ status, holding, error: null, isLoaded: true });
      await this.loadInput(status, holding, signal);
      await this.loadHistory(status, holding, signal);
      const isOver = isEnded(status.runtimeStatus) && !holding?.following && !holding?.owner;
      return isOver ? 'over' : hasChanged ? 'changed' : 'unchanged';
    } catch (error) {
      if (signal.aborted) return 'over';
      this.update({ error, isLoaded: true });
      return 'unchanged';
    }
  }

  /** The input is another only in another generation. */
  private async loadInput(status: Status, holding: Holding | null, signal: AbortSignal): Promise<void> {
    const key = `${status.executionId} ${holding?.generation ?? ''}`;
    if (key === this.inputOf) return;
    const whole = await this.api.status(this.id, { executionId: status.executionId }, signal);
    if (whole === null) return;
    this.inputOf = key;
    this.update({ input: whole.input });
  }

  /** A long history is not loaded anew every two seconds. */
  private async loadHistory(status: Status, holding: Holding | null, signal: AbortSignal): Promise<void> {
    const key = historyKey(status, holding);
    const isTooSoon = Date.now() - this.historyAt < 10 * this.historyTook && !isEnded(status.runtimeStatus);
    if (key === this.historyOf || isTooSoon) return;
    const began = Date.now();
    const events = await this.api.history(this.id, status.executionId, this.seeing.hasValues, signal);
    if (events === null) return;
    this.historyAt = Date.now();
    this.historyTook = this.historyAt - began;
    this.historyOf = key;
    this.update({ events, hasHistory: true });
  }
}

export function InstancePage({ id }: { id: string }): JSX.Element {
  const flaw = flawOfId(id);
  if (flaw !== '') {
    return (
      <>
        <h1 tabIndex={-1}>No such ID</h1>
        <div class="note bad" role="alert">
          <Id id={id} /> is no ID. {flaw} <a href={toHome()}>Look for another</a>.
        </div>
      </>
    );
  }
  return <Watched key={id} id={id} />;
}

function Watched({ id }: { id: string }): JSX.Element {
  const api = useApi();
  const [seeing, setSeeing] = useState<Seeing>(NOTHING);
  const watch = useRef<Watch | null>(null);
  useEffect(() => {
    const started = new Watch(api, id, setSeeing);
    watch.current = started;
    return () => {
      started.stop();
    };
  }, [api, id]);
  const refresh = useCallback(() => watch.current?.now(), []);
  const { status, holding } = seeing;
  useSpoken(seeing);

  return (
    <>
      <div class="title">
        <div>
          <p class="over">
            {status?.parent ? 'Sub-orchestration' : 'Instance'}
          </p>
          <h1 tabIndex={-1}>
            <Id id={id} />
          </h1>
        </div>
        <div class="aside">
          {status !== null && <StatusBadge status={status.runtimeStatus} />}
          <CopyButton text={id} label="Copy ID" />
          <button type="button" class="small" onClick={refresh}>
            Refresh
          </button>
        </div>
      </div>
      <Trouble error={seeing.error} />
      {!seeing.isLoaded && <p class="quiet">Looking …</p>}
      {seeing.isLoaded && status === null && seeing.error === null && <Nobody id={id} refresh={refresh} />}
      {status !== null && <Held seeing={seeing} status={status} holding={holding} refresh={refresh} loadValues={() => void watch.current?.loadValues()} />}
    </>
  );
}

/** Says what has changed to whoever hears the page. */
function useSpoken({ status, holding }: Seeing): void {
  const last = useRef('');
  const life = holding?.owner ? `, its owner is ${holding.owner.life}` : '';
  const text = status === null ? '' : `${status.runtimeStatus}${life}`;
  useEffect(() => {
    if (text !== '' && last.current !== '' && text !== last.current) announce(`Now ${text}.`);
    last.current = text;
  }, [text]);
}

function Nobody({ id, refresh }: { id: string; refresh: () => void }): JSX.Element {
  const api = useApi();
  return (
    <>
      <section class="card hero" aria-label="Holder">
        <p class="who">
          <strong>Nobody</strong> holds this ID.
        </p>
        <p class="quiet">No instance has it: none was started under it, or the last one was purged.</p>
      </section>
      {api.isReadOnly ? (
        <p class="note calm">This dashboard is read-only: it starts nothing.</p>
      ) : (
        <Card title="Start one">
          <StartForm key={id} fixedId={id} started={refresh} />
        </Card>
      )}
    </>
  );
}

function Held(props: { seeing: Seeing; status: Status; holding: Holding | null; refresh: () => void; loadValues: () => void }): JSX.Element {
  const { seeing, status, holding, refresh } = props;
  const api = useApi();
  const now = useNow();
  const items = useMemo(() => itemsOf(seeing.events, status.waitingFor), [seeing.events, status.waitingFor]);
  const story = useMemo(() => failureStory(seeing.events), [seeing.events]);
  const [isStarting, setStarting] = useState(false);
  const ended = isEnded(status.runtimeStatus);
  const end = endOf(seeing.events, status.runtimeStatus, now);
  return (
    <>
      <HolderCard status={status} holding={holding} now={now} />
      <Operations status={status} done={refresh} />
      {status.runtimeStatus === 'Failed' && <FailureCard status={status} story={story} now={now} />}
      <Behind status={status} holding={holding} input={seeing.input} now={now} />
      <Card title="Timeline" aside={<span class="quiet">{seeing.events.length} entries{holding ? `, generation ${holding.generation}` : ''}</span>}>
        {!seeing.hasHistory ? (
          <p class="quiet">Loading the history …</p>
        ) : items.length === 0 ? (
          <p class="quiet">Nothing has happened yet.</p>
        ) : (
          <Timeline items={items} events={seeing.events} end={end} now={now} hasValues={seeing.hasValues} loadValues={props.loadValues} />
        )}
      </Card>
      <Values status={status} input={seeing.input} isEnded={ended} />
      <Family status={status} events={seeing.events} />
      {!api.isReadOnly && (
        <Card
          title="Start another run under this ID"
          aside={
            <button type="button" class="small" aria-expanded={isStarting} onClick={() => { setStarting(!isStarting); }}>
              {isStarting ? 'Close' : 'Open'}
            </button>
          }
        >
          {isStarting ? (
            <StartForm fixedId={status.instanceId} name={status.name} input={seeing.input} started={refresh} />
          ) : (
            <p class="quiet">
              It says beforehand what will become of the present holder. <a href={toStart({ like: status.instanceId })}>Start one like this under another ID</a>.
            </p>
          )}
        </Card>
      )}
    </>
  );
}

function Values({ status, input, isEnded: ended }: { status: Status; input: Raw; isEnded: boolean }): JSX.Element {
  const custom = useBefore(status.customStatus);
  return (
    <div class="columns">
      <Card title="Input">
        <Json raw={input} name="input" />
      </Card>
      <Card title="Custom status">
        <Json raw={status.customStatus} name="customStatus" />
        {custom !== null && (
          <details>
            <summary>What has changed since this page was opened</summary>
            <Diff before={custom} after={status.customStatus} names={['Before', 'Now']} />
          </details>
        )}
      </Card>
      {ended && (
        <Card title="Output">
          <Json raw={status.output} name="output" />
        </Card>
      )}
    </div>
  );
}

/** What a value was before it last changed; null while it has not. */
function useBefore(raw: Raw): Raw | null {
  const [pair, setPair] = useState<{ before: Raw | null; now: Raw }>({ before: null, now: raw });
  if (compact(pair.now) === compact(raw)) return pair.before;
  setPair({ before: pair.now, now: raw });
  return pair.now;
}

