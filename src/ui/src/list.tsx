import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api, Query } from './api';
import { BulkPanel, type BulkOrder } from './bulk-panel';
import type { OrchestratorInfo, Status } from './model';
import { Card, checkedOf, Field, Form, Id, StatusBadge, Time, Trouble, useApi, useNow, valueOf } from './parts';
import type { RuntimeStatus } from './policy';
import { toId, toList } from './route';
import { duration, fromLocalField, toLocalField } from './time';

/** The list of instances. What it shows is in its address, so that it can be shared. */

export const STATUSES: readonly RuntimeStatus[] = ['Pending', 'Running', 'Suspended', 'Completed', 'Failed', 'Terminated'];
const PAGE = 50;
/** Pages may be empty and not the last: after so many it is asked whether to go on. */
const PAGES_AT_ONCE = 20;

const FILTERS = ['runtimeStatus', 'name', 'instanceIdPrefix', 'createdTimeFrom', 'createdTimeTo', 'parent', 'orderBy'] as const;
type Filter = Record<(typeof FILTERS)[number], string>;

function filterOf(query: URLSearchParams): Filter {
  return Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? ''])) as Filter;
}

/** Walks through a list, and gives up where there is something to show for the pages that it has looked at. */
async function walk(
  api: Api,
  query: Query,
  token: string,
  signal: AbortSignal,
  seen: (rows: Status[], pages: number) => boolean,
): Promise<string> {
  let next = token;
  for (let pages = 1; ; pages++) {
    const part = await api.list(query, next, signal);
    next = part.next;
    if (!seen(part.rows, pages) || next === '') return next;
  }
}

interface Found {
  rows: Status[];
  next: string;
  pages: number;
  took: number;
}

export function ListPage({ query }: { query: URLSearchParams }): JSX.Element {
  const text = query.toString();
  return (
    <>
      <h1 tabIndex={-1}>Instances</h1>
      <Filters key={`f ${text}`} filter={filterOf(query)} />
      <Results key={text} filter={filterOf(query)} />
    </>
  );
}

function Filters({ filter }: { filter: Filter }): JSX.Element {
  const api = useApi();
  const [wanted, setWanted] = useState(filter);
  const [known, setKnown] = useState<OrchestratorInfo[]>([]);
  useEffect(() => {
    api.orchestrators().then(setKnown, () => undefined);
  }, [api]);
  const change = (part: Partial<Filter>): void => { setWanted({ ...wanted, ...part }); };
  const statuses = new Set(wanted.runtimeStatus.split(',').filter((status) => status !== ''));
  return (
    <Form class="card filters" label="Filter" onSubmit={() => { location.hash = toList(wanted); }}>
      <fieldset class="chips">
        <legend>Status</legend>
        {STATUSES.map((status) => (
          <label key={status} class="chip">
            <input
              type="checkbox"
              checked={statuses.has(status)}
              onChange={(event) => {
                if (checkedOf(event)) statuses.add(status);
                else statuses.delete(status);
                change({ runtimeStatus: STATUSES.filter((each) => statuses.has(each)).join(',') });
              }}
            />
            {status}
          </label>
        ))}
      </fieldset>
      <div class="columns">
        <Field label="ID begins with">
          <input class="mono" value={wanted.instanceIdPrefix} autocomplete="off" spellcheck={false} onInput={(event) => { change({ instanceIdPrefix: valueOf(event) }); }} />
        </Field>
        <Field label="Orchestrator">
          <input value={wanted.name} list="orchestrators" autocomplete="off" onInput={(event) => { change({ name: valueOf(event) }); }} />
        </Field>
        <datalist id="orchestrators">
          {known.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name}
            </option>
          ))}
        </datalist>
        <Field label="Accepted from">
          <input type="datetime-local" value={toLocalField(wanted.createdTimeFrom)} onInput={(event) => { change({ createdTimeFrom: fromLocalField(valueOf(event)) }); }} />
        </Field>
        <Field label="Accepted to">
          <input type="datetime-local" value={toLocalField(wanted.createdTimeTo)} onInput={(event) => { change({ createdTimeTo: fromLocalField(valueOf(event)) }); }} />
        </Field>
        <Field label="Order">
          <select value={wanted.orderBy} onChange={(event) => { change({ orderBy: valueOf(event) }); }}>
            <option value="">as stored, page by page</option>
            <option value="createdTime desc">newest first, at most 100</option>
            <option value="lastUpdatedTime desc">latest change first, at most 100</option>
          </select>
        </Field>
        {wanted.parent !== '' && (
          <Field label="Children of">
            <input class="mono" value={wanted.parent} onInput={(event) => { change({ parent: valueOf(event) }); }} />
          </Field>
        )}
      </div>
      <div class="buttons">
        <a class="button" href={toList()}>
          Clear
        </a>
        <button type="submit" class="primary">
          Look
        </button>
      </div>
    </Form>
  );
}

function Results({ filter }: { filter: Filter }): JSX.Element {
  const api = useApi();
  const now = useNow();
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isLooking, setLooking] = useState(true);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [order, setOrder] = useState<BulkOrder | null>(null);
  const abort = useRef<AbortController | null>(null);
  const query: Query = { ...filter, top: filter.orderBy === '' ? PAGE : 100 };

  const look = async (token: string, before: Status[]): Promise<void> => {
    abort.current?.abort();
    const looking = new AbortController();
    abort.current = looking;
    setLooking(true);
    setError(null);
    const began = Date.now();
    const rows = [...before];
    let pages = 0;
    try {
      const next = await walk(api, query, token, looking.signal, (part, count) => {
        rows.push(...part);
        pages = count;
        return rows.length - before.length < PAGE && count < PAGES_AT_ONCE;
      });
      setFound({ rows, next, pages, took: Date.now() - began });
    } catch (trouble) {
      if (!looking.signal.aborted) setError(trouble);
    }
    if (!looking.signal.aborted) setLooking(false);
  };

  useEffect(() => {
    void look('', []);
    return () => {
      abort.current?.abort();
    };
    // Another filter is another component.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const rows = found?.rows ?? [];
  const toggle = (id: string, isOn: boolean): void => {
    const next = new Set(selected);
    if (isOn) next.add(id);
    else next.delete(id);
    setSelected(next);
  };
  const isAll = rows.length > 0 && rows.every((row) => selected.has(row.instanceId));

  return (
    <>
      {order === null ? (
        <Choosing
          filter={filter}
          selected={selected}
          hasMore={found !== null && found.next !== ''}
          begin={setOrder}
        />
      ) : (
        <BulkPanel
          order={order}
          close={() => {
            setOrder(null);
            setSelected(new Set());
            void look('', []);
          }}
        />
      )}
      <Trouble error={error} />
      <Card
        title="Found"
        aside={
          <span class="quiet" role="status">
            {isLooking ? 'Looking …' : found && `${rows.length} shown; looked at ${found.pages} ${found.pages === 1 ? 'page' : 'pages'}, ${duration(found.took)}`}
          </span>
        }
      >
        {rows.length === 0 ? (
          !isLooking && <p class="quiet">{found?.next ? 'Nothing so far, and there is more to look at.' : 'No instance matches.'}</p>
        ) : (
          <div class="scroll wide" tabIndex={0} role="group" aria-label="Instances">
            <table class="list">
              <thead>
                <tr>
                  {!api.isReadOnly && (
                    <th scope="col">
                      <input type="checkbox" aria-label="Select all that are shown" checked={isAll} onChange={(event) => { setSelected(new Set(checkedOf(event) ? rows.map((row) => row.instanceId) : [])); }} />
                    </th>
                  )}
                  <th scope="col">ID</th>
                  <th scope="col">Status</th>
                  <th scope="col">Orchestrator</th>
                  <th scope="col">Accepted</th>
                  <th scope="col">Last change</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.instanceId} class={selected.has(row.instanceId) ? 'selected' : ''}>
                    {!api.isReadOnly && (
                      <td>
                        <input type="checkbox" aria-label={`Select ${row.instanceId}`} checked={selected.has(row.instanceId)} onChange={(event) => { toggle(row.instanceId, checkedOf(event)); }} />
                      </td>
                    )}
                    <th scope="row">
                      <a href={toId(row.instanceId)}>
                        <Id id={row.instanceId} />
                      </a>
                      {row.reason !== null && row.reason !== '' && <div class="reason">{row.reason}</div>}
                    </th>
                    <td>
                      <StatusBadge status={row.runtimeStatus} />
                    </td>
                    <td>
                      <bdi>{row.name}</bdi>
                    </td>
                    <td>
                      <Time at={row.createdTime} now={now} />
                    </td>
                    <td>
                      <Time at={row.lastUpdatedTime} now={now} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {found !== null && found.next !== '' && (
          <div class="buttons">
            <button type="button" disabled={isLooking} onClick={() => void look(found.next, rows)}>
              {rows.length === 0 ? 'Go on looking' : 'Next page'}
            </button>
          </div>
        )}
      </Card>
      <Counts filter={filter} />
    </>
  );
}

/** What to do with many: with those that are selected, or with all that match. */
function Choosing(props: { filter: Filter; selected: ReadonlySet<string>; hasMore: boolean; begin: (order: BulkOrder) => void }): JSX.Element | null {
  const { filter, selected } = props;
  const api = useApi();
  const [collected, setCollected] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(
    () => () => {
      abort.current?.abort();
    },
    [],
  );
  if (api.isReadOnly) return null;

  const collect = async (): Promise<void> => {
    const ids: string[] = [];
    abort.current = new AbortController();
    setError(null);
    setCollected(0);
    try {
      await walk(api, { ...filter, orderBy: undefined, top: 1000 }, '', abort.current.signal, (rows) => {
        for (const row of rows) ids.push(row.instanceId);
        setCollected(ids.length);
        return true;
      });
      props.begin({ ids, isWhole: true });
    } catch (trouble) {
      if (!abort.current.signal.aborted) setError(trouble);
    }
    setCollected(null);
  };

  return (
    <div class="choosing">
      <button type="button" disabled={selected.size === 0} onClick={() => { props.begin({ ids: [...selected], isWhole: false }); }}>
        {selected.size === 0 ? 'Select some to act on them' : `Act on ${selected.size} selected`}
      </button>
      {collected === null ? (
        <button type="button" onClick={() => void collect()}>
          Act on all that match
        </button>
      ) : (
        <>
          <span role="status">Found {collected} so far …</span>
          <button type="button" onClick={() => { abort.current?.abort(); }}>
            Stop
          </button>
        </>
      )}
      <Trouble error={error} />
    </div>
  );
}

/** Counts by status. It reads every instance that matches: so only when asked, and it can be stopped. */
function Counts({ filter }: { filter: Filter }): JSX.Element {
  const api = useApi();
  const [counts, setCounts] = useState<{ by: Map<string, number>; pages: number; took: number; isOver: boolean } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(
    () => () => {
      abort.current?.abort();
    },
    [],
  );
  const count = async (): Promise<void> => {
    abort.current = new AbortController();
    const { signal } = abort.current;
    const by = new Map<string, number>();
    const began = Date.now();
    let looked = 0;
    const show = (isOver: boolean): void => { setCounts({ by: new Map(by), pages: looked, took: Date.now() - began, isOver }); };
    setError(null);
    show(false);
    try {
      await walk(api, { ...filter, orderBy: undefined, top: 1000 }, '', signal, (rows, pages) => {
        for (const row of rows) by.set(row.runtimeStatus, (by.get(row.runtimeStatus) ?? 0) + 1);
        looked = pages;
        show(false);
        return true;
      });
    } catch (trouble) {
      if (!signal.aborted) setError(trouble);
    }
    show(true);
  };
  return (
    <Card
      title="Counts"
      aside={
        counts !== null && !counts.isOver ? (
          <button type="button" class="small" onClick={() => { abort.current?.abort(); }}>
            Stop
          </button>
        ) : (
          <button type="button" class="small" onClick={() => void count()}>
            Count what matches
          </button>
        )
      }
    >
      {counts === null ? (
        <p class="quiet">Counting reads every instance that matches, so it is done only when asked.</p>
      ) : (
        <>
          <dl class="facts">
            {STATUSES.filter((status) => counts.by.has(status)).map((status) => (
              <div class="fact" key={status}>
                <dt>{status}</dt>
                <dd>{counts.by.get(status)}</dd>
              </div>
            ))}
          </dl>
          <p class="quiet" role="status">
            {counts.isOver ? '' : 'Counting … '}
            {[...counts.by.values()].reduce((sum, each) => sum + each, 0)} in {counts.pages} {counts.pages === 1 ? 'page' : 'pages'}, {duration(counts.took)}
          </p>
        </>
      )}
      <Trouble error={error} />
    </Card>
  );
}
