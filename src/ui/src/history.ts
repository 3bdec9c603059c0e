import type { Failure, HistoryEvent, WaitingFor } from './model';
import { isEnded, type RuntimeStatus } from './policy';

/** The history of a generation as what a timeline shows: what took a while as spans, what happened at once as points. */

export type ItemKind = 'activity' | 'child' | 'timer' | 'wait' | 'suspended' | 'event' | 'sent' | 'life';
export type ItemState = 'done' | 'failed' | 'open';

export interface Item {
  kind: ItemKind;
  state: ItemState;
  label: string;
  from: number;
  /** When it ended; the same as `from` for a point, undefined for what goes on. */
  to: number | undefined;
  /** For a timer: when it is due, or was. */
  due?: number;
  instanceId?: string;
  reason?: string | undefined;
  failure?: Failure | undefined;
  /** The number of the entry of the history that this was made of; -1 for none. */
  entry: number;
}

const LIFE: Record<string, string> = {
  ExecutionStarted: 'started',
  ExecutionTerminated: 'told to terminate',
  ExecutionRewound: 'rewound',
};

export function itemsOf(events: readonly HistoryEvent[], waiting: WaitingFor | null): Item[] {
  const items: Item[] = [];
  const timers = new Map<string, Item[]>();
  let suspension: Item | undefined;
  let last = 0;
  events.forEach((event, entry) => {
    const at = Date.parse(event.Timestamp);
    const begun = event.ScheduledTime === undefined ? at : Date.parse(event.ScheduledTime);
    last = Math.max(last, at);
    const name = event.FunctionName ?? event.Name ?? '';
    const add = (kind: ItemKind, state: ItemState, label: string, from: number, to: number | undefined): Item => {
      const item: Item = { kind, state, label, from, to, entry };
      if (event.InstanceId !== undefined) item.instanceId = event.InstanceId;
      if (event.FailureDetails) item.failure = event.FailureDetails;
      if (event.Reason) item.reason = event.Reason;
      items.push(item);
      return item;
    };
    switch (event.EventType) {
      case 'TaskScheduled':
        add('activity', 'open', name, at, undefined);
        break;
      case 'TaskCompleted':
        add('activity', 'done', name, begun, at);
        break;
      case 'TaskFailed':
        add('activity', 'failed', name, begun, at);
        break;
      case 'SubOrchestrationInstanceCreated':
        add('child', 'open', name, at, undefined);
        break;
      case 'SubOrchestrationInstanceCompleted':
        add('child', 'done', name, begun, at);
        break;
      case 'SubOrchestrationInstanceFailed':
        add('child', 'failed', name, begun, at);
        break;
      case 'TimerCreated': {
        const timer = add('timer', 'open', 'Timer', at, undefined);
        const due = event.FireAt ?? '';
        timer.due = Date.parse(due);
        timers.set(due, [...(timers.get(due) ?? []), timer]);
        break;
      }
      case 'TimerFired': {
        const timer = timers.get(event.FireAt ?? '')?.shift();
        if (timer) {
          timer.to = at;
          timer.state = 'done';
        } else {
          add('timer', 'done', 'Timer', at, at);
        }
        break;
      }
      case 'EventRaised':
        add('event', 'done', name, at, at);
        break;
      case 'EventSent':
        add('sent', 'done', name, at, at);
        break;
      case 'ExecutionSuspended':
        suspension = add('suspended', 'open', 'Suspended', at, undefined);
        break;
      case 'ExecutionResumed':
        if (suspension) {
          suspension.to = at;
          suspension.state = 'done';
          suspension = undefined;
        }
        break;
      case 'ExecutionCompleted': {
        const status = event.OrchestrationStatus ?? 'Completed';
        add('life', status === 'Failed' ? 'failed' : 'done', status, at, at);
        break;
      }
      default:
        add('life', 'done', LIFE[event.EventType] ?? event.EventType, at, at);
    }
  });
  for (const event of waiting?.events ?? []) {
    items.push({ kind: 'wait', state: 'open', label: event, from: last, to: undefined, entry: -1 });
  }
  return items.map((item, order) => ({ item, order })).sort(byBegin).map(({ item }) => item);
}

function byBegin(one: { item: Item; order: number }, other: { item: Item; order: number }): number {
  return one.item.from - other.item.from || one.order - other.order;
}

/** What made an instance fail, and the step behind it. */
export interface FailureStory {
  failure: Failure;
  /** The last step that failed before the end with the same message somewhere in its failure; undefined for code that threw. */
  step?: { name: string; kind: 'activity' | 'child'; instanceId?: string; failure: Failure; attempts: number; at: number };
}

/** The causes of a failure, itself first. */
export function causes(failure: Failure): Failure[] {
  const all: Failure[] = [];
  for (let each: Failure | null = failure; each !== null && all.length < 50; each = each.InnerFailure) all.push(each);
  return all;
}

export function failureStory(events: readonly HistoryEvent[]): FailureStory | null {
  const end = events.findLastIndex((event) => event.EventType === 'ExecutionCompleted');
  const failure = events[end]?.FailureDetails;
  if (!failure || events[end]?.OrchestrationStatus !== 'Failed') return null;
  const told = causes(failure).map((each) => each.ErrorMessage);
  const isFailure = (event: HistoryEvent): boolean =>
    event.EventType === 'TaskFailed' || event.EventType === 'SubOrchestrationInstanceFailed';
  const steps = events.slice(0, end).filter((event) => isFailure(event) && event.FailureDetails);
  const step = steps.findLast((event) => {
    const message = event.FailureDetails?.ErrorMessage ?? '';
    return message !== '' && told.some((text) => text.includes(message));
  });
  if (!step?.FailureDetails) return { failure };
  return {
    failure,
    step: {
      name: step.FunctionName ?? '',
      kind: step.EventType === 'TaskFailed' ? 'activity' : 'child',
      ...(step.InstanceId === undefined ? {} : { instanceId: step.InstanceId }),
      failure: step.FailureDetails,
      attempts: steps.filter((event) => event.FunctionName === step.FunctionName && event.EventType === step.EventType).length,
      at: Date.parse(step.Timestamp),
    },
  };
}

export interface Child {
  instanceId: string;
  name: string;
  state: ItemState;
}

/** The sub-orchestrations of a history, each once, as they were called. */
export function childrenOf(events: readonly HistoryEvent[]): Child[] {
  const children = new Map<string, Child>();
  for (const item of itemsOf(events, null)) {
    if (item.kind === 'child' && item.instanceId !== undefined) {
      children.set(item.instanceId, { instanceId: item.instanceId, name: item.label, state: item.state });
    }
  }
  return [...children.values()];
}

/** When a history is over, for what it has not closed: now, if the instance is live. */
export function endOf(events: readonly HistoryEvent[], status: RuntimeStatus, now: number): number {
  if (!isEnded(status)) return now;
  return events.reduce((latest, event) => Math.max(latest, Date.parse(event.Timestamp)), 0);
}
