import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Item } from './history';
import { layout } from './layout';
import type { HistoryEvent } from './model';
import { STATE_TEXT } from './parts';
import { toId } from './route';
import { clock, duration } from './time';
import { Json } from './viewer';

/** The history as bars over time. Past some hundred rows only those are drawn that are in sight. */

const ROW = 26;
const AXIS = 28;
const ALL_DRAWN = 500;
const MARGIN_ROWS = 12;
const TABLE_PAGE = 200;

const KIND: Record<Item['kind'], string> = {
  activity: 'Activity',
  child: 'Sub-orchestration',
  timer: 'Timer',
  wait: 'Waits for event',
  suspended: 'Suspension',
  event: 'Event came in',
  sent: 'Event sent',
  life: 'Instance',
};

export interface TimelineProps {
  items: readonly Item[];
  events: readonly HistoryEvent[];
  end: number;
  now: number;
  hasValues: boolean;
  loadValues: () => void;
}

export function Timeline(props: TimelineProps): JSX.Element {
  const { items, end } = props;
  const [isTable, setTable] = useState(false);
  const [selected, setSelected] = useState(-1);
  const item = items[selected];
  return (
    <>
      <div class="legend">
        {(['activity', 'child', 'timer', 'wait', 'suspended', 'event'] as const).map((kind) => (
          <span key={kind}>
            <svg width="16" height="12" aria-hidden="true" focusable="false">
              <rect class={`bar k-${kind}`} x="1" y="2" width="14" height="8" rx="2" />
            </svg>
            {KIND[kind]}
          </span>
        ))}
        <button type="button" class="small" aria-pressed={isTable} onClick={() => { setTable(!isTable); }}>
          As a table
        </button>
      </div>
      {isTable ? <Table {...props} /> : <Chart items={items} end={end} now={props.now} selected={selected} select={setSelected} />}
      {item !== undefined && !isTable && <Details item={item} {...props} />}
    </>
  );
}

function useWidth(): [(element: HTMLElement | null) => void, number] {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [width, setWidth] = useState(800);
  useLayoutEffect(() => {
    if (!element) return undefined;
    const measure = (): void => {
      setWidth(Math.max(260, element.clientWidth));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [element]);
  return [setElement, width];
}

interface ChartProps {
  items: readonly Item[];
  end: number;
  now: number;
  selected: number;
  select: (item: number) => void;
}

function Chart({ items, end, now, selected, select }: ChartProps): JSX.Element {
  const [measure, width] = useWidth();
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(520);
  const labelWidth = width < 560 ? 116 : 220;
  const start = items[0]?.from ?? end;
  const chart = useMemo(() => layout(items, start, end, width - labelWidth - 12), [items, start, end, width, labelWidth]);
  const isCut = items.length > ALL_DRAWN;
  const first = isCut ? Math.max(0, Math.floor(top / ROW) - MARGIN_ROWS) : 0;
  const last = isCut ? Math.min(items.length, Math.ceil((top + height) / ROW) + MARGIN_ROWS) : items.length;
  const visible = items.slice(first, last);

  useEffect(() => {
    const box = scroller.current;
    if (!box) return undefined;
    const observer = new ResizeObserver(() => {
      setHeight(box.clientHeight);
    });
    observer.observe(box);
    return () => {
      observer.disconnect();
    };
  }, []);

  const choose = (row: number): void => {
    const to = Math.max(0, Math.min(items.length - 1, row));
    select(to);
    const box = scroller.current;
    if (!box) return;
    if (to * ROW < box.scrollTop) box.scrollTop = to * ROW;
    else if ((to + 1) * ROW > box.scrollTop + box.clientHeight - AXIS) box.scrollTop = (to + 1) * ROW - box.clientHeight + AXIS;
  };

  const onKey = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(height / ROW) - 2);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -items.length, End: items.length };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    choose(event.key === 'Home' ? 0 : event.key === 'End' ? items.length - 1 : selected + step);
  };

  return (
    <div
      class="timeline"
      ref={scroller}
      role="listbox"
      tabIndex={0}
      aria-label={`Timeline of ${items.length} rows; the arrow keys choose one`}
      {...(selected >= first && selected < last ? { 'aria-activedescendant': `row-${selected}` } : {})}
      onScroll={(event) => { setTop(event.currentTarget.scrollTop); }}
      onKeyDown={onKey}
    >
      <div ref={measure} role="presentation" class="measure" />
      <svg role="presentation" class="axis" width={width} height={AXIS}>
        <rect class="paper" width={width} height={AXIS} />
        {chart.ticks.map((tick) => (
          <text key={tick.x} class="tick" x={labelWidth + tick.x + 3} y={18}>
            {tick.label}
          </text>
        ))}
        {chart.folds.map((fold) => (
          <text key={fold.x} class="tick fold-label" x={labelWidth + fold.x + fold.width / 2} y={18} text-anchor="middle">
            ⋯
            <title>{fold.label} without a step</title>
          </text>
        ))}
      </svg>
      <svg role="presentation" class="rows" width={width} height={items.length * ROW}>
        {chart.ticks.map((tick) => (
          <line key={tick.x} class="grid" x1={labelWidth + tick.x} x2={labelWidth + tick.x} y1={0} y2={items.length * ROW} />
        ))}
        {chart.folds.map((fold) => (
          <rect key={fold.x} class="fold" x={labelWidth + fold.x} y={0} width={fold.width} height={items.length * ROW}>
            <title>{fold.label} without a step</title>
          </rect>
        ))}
        {visible.map((item, i) => (
          <Row
            key={first + i}
            item={item}
            row={first + i}
            x={chart.x}
            labelWidth={labelWidth}
            width={width}
            end={end}
            now={now}
            isSelected={selected === first + i}
            select={choose}
          />
        ))}
      </svg>
    </div>
  );
}

interface RowProps {
  item: Item;
  row: number;
  x: (time: number) => number;
  labelWidth: number;
  width: number;
  end: number;
  now: number;
  isSelected: boolean;
  select: (row: number) => void;
}

const titleOf = (item: Item, now: number): string => `${KIND[item.kind]} ${item.label}, ${STATE_TEXT[item.state]}, ${clock(item.from, now)}`;

function Row({ item, row, x, labelWidth, width, end, now, isSelected, select }: RowProps): JSX.Element {
  const y = row * ROW;
  const from = labelWidth + x(item.from);
  const to = labelWidth + x(item.to ?? end);
  const fits = Math.floor((labelWidth - 12) / 7);
  const label = item.label.length > fits ? `${item.label.slice(0, fits - 1)}…` : item.label;
  const state = item.state === 'done' ? '' : ` is-${item.state}`;
  const took = item.to === item.from ? '' : duration((item.to ?? end) - item.from);
  const title = titleOf(item, now);
  const room = width - 12 - to > took.length * 7 + 8;
  return (
    <g
      id={`row-${row}`}
      role="option"
      aria-selected={isSelected}
      aria-label={`${label} ${took}, ${title}`}
      class={`row${isSelected ? ' selected' : ''}`}
      onClick={() => { select(row); }}
    >
      <rect class="back" x={0} y={y} width={width} height={ROW} />
      <text class="name" x={8} y={y + 17}>
        {label}
      </text>
      {item.to === item.from ? (
        <path class={`bar k-${item.kind}${state}`} d={`M${from} ${y + 7}l6 6-6 6-6-6z`} />
      ) : (
        <rect class={`bar k-${item.kind}${state}`} x={from} y={y + 7} width={Math.max(3, to - from)} height={12} rx={3} />
      )}
      {/* Between two words, for those who have them read out. */}{' '}
      {took !== '' && (
        <text class="took" x={room ? to + 6 : from - 6} y={y + 17} text-anchor={room ? 'start' : 'end'}>
          {took}
        </text>
      )}
      <title>{took === '' ? title : `${title}, ${took}`}</title>
    </g>
  );
}

function Details({ item, events, end, now, hasValues, loadValues }: TimelineProps & { item: Item }): JSX.Element {
  const event = events[item.entry];
  return (
    <div class="details" aria-live="polite">
      <h3>
        {KIND[item.kind]} <bdi>{item.label}</bdi>
      </h3>
      <dl>
        <dt>State</dt>
        <dd>{STATE_TEXT[item.state]}</dd>
        <dt>{item.to === item.from ? 'At' : 'From'}</dt>
        <dd>{clock(item.from, now)}</dd>
        {item.to !== item.from && (
          <>
            <dt>Took</dt>
            <dd>
              {duration((item.to ?? end) - item.from)}
              {item.to === undefined && ' so far'}
            </dd>
          </>
        )}
        {item.due !== undefined && (
          <>
            <dt>Due</dt>
            <dd>{clock(item.due, now)}</dd>
          </>
        )}
        {item.instanceId !== undefined && (
          <>
            <dt>Instance</dt>
            <dd>
              <a href={toId(item.instanceId)}>
                <bdi>{item.instanceId}</bdi>
              </a>
            </dd>
          </>
        )}
        {item.reason !== undefined && (
          <>
            <dt>Reason</dt>
            <dd class="text">{item.reason}</dd>
          </>
        )}
      </dl>
      {item.failure?.StackTrace && (
        <details>
          <summary>Stack trace</summary>
          <pre tabIndex={0}>{item.failure.StackTrace}</pre>
        </details>
      )}
      {event !== undefined && !hasValues && (
        <button type="button" onClick={loadValues}>
          Load inputs and results
        </button>
      )}
      {event?.Input !== undefined && hasValues && (
        <>
          <h4>Input</h4>
          <Json raw={event.Input} name="input" />
        </>
      )}
      {event?.Result !== undefined && hasValues && (
        <>
          <h4>Result</h4>
          <Json raw={event.Result} name="result" />
        </>
      )}
    </div>
  );
}

function Table({ items, end, now }: TimelineProps): JSX.Element {
  const [shown, setShown] = useState(TABLE_PAGE);
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Timeline as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">From</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          {items.slice(0, shown).map((item, row) => (
            <tr key={row}>
              <td>{KIND[item.kind]}</td>
              <th scope="row">
                {item.instanceId === undefined ? <bdi>{item.label}</bdi> : <a href={toId(item.instanceId)}>{item.label}</a>}
              </th>
              <td>{STATE_TEXT[item.state]}</td>
              <td>{clock(item.from, now)}</td>
              <td>{item.to === item.from ? '' : duration((item.to ?? end) - item.from)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {items.length > shown && (
        <button type="button" onClick={() => { setShown(shown + 5 * TABLE_PAGE); }}>
          {items.length - shown} more
        </button>
      )}
    </div>
  );
}
