import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childrenOf, failureStory, itemsOf } from '../src/history';
import { layout } from '../src/layout';
import type { HistoryEvent, WaitingFor } from '../src/model';

const at = (second: number): string => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
const ms = (second: number): number => Date.UTC(2030, 0, 1, 0, 0, second);
const failure = (message: string, inner: HistoryEvent['FailureDetails'] | null = null): NonNullable<HistoryEvent['FailureDetails']> => ({
  ErrorType: 'java.lang.IllegalStateException',
  ErrorMessage: message,
  StackTrace: null,
  InnerFailure: inner ?? null,
  IsNonRetriable: false,
});

const EVENTS: HistoryEvent[] = [
  { EventType: 'ExecutionStarted', Timestamp: at(0), FunctionName: 'Order' },
  { EventType: 'TimerCreated', Timestamp: at(1), FireAt: at(5) },
  { EventType: 'TimerCreated', Timestamp: at(1), FireAt: at(5) },
  { EventType: 'TaskCompleted', Timestamp: at(3), ScheduledTime: at(1), FunctionName: 'Take' },
  { EventType: 'TimerFired', Timestamp: at(5), FireAt: at(5) },
  { EventType: 'ExecutionSuspended', Timestamp: at(6), Reason: 'lunch' },
  { EventType: 'EventRaised', Timestamp: at(7), Name: 'approve' },
  { EventType: 'ExecutionResumed', Timestamp: at(8), Reason: null },
  { EventType: 'SubOrchestrationInstanceFailed', Timestamp: at(9), ScheduledTime: at(8), FunctionName: 'Ship', InstanceId: 'o.1', FailureDetails: failure('no carrier') },
  { EventType: 'TaskScheduled', Timestamp: at(9), Name: 'Return' },
];

test('spans and points', () => {
  const items = itemsOf(EVENTS, null).map((item) => [item.kind, item.state, item.label, (item.from - ms(0)) / 1000, item.to === undefined ? null : (item.to - ms(0)) / 1000]);
  assert.deepEqual(items, [
    ['life', 'done', 'started', 0, 0],
    ['timer', 'done', 'Timer', 1, 5],
    ['timer', 'open', 'Timer', 1, null],
    ['activity', 'done', 'Take', 1, 3],
    ['suspended', 'done', 'Suspended', 6, 8],
    ['event', 'done', 'approve', 7, 7],
    ['child', 'failed', 'Ship', 8, 9],
    ['activity', 'open', 'Return', 9, null],
  ]);
});

test('what is waited for goes on from the last entry', () => {
  const waiting = { events: ['go'], timers: [], activities: [], subOrchestrations: [], unclaimedEvents: 0, unclaimedCharacters: 0, more: false } as Partial<WaitingFor> as WaitingFor;
  const wait = itemsOf(EVENTS, waiting).find((item) => item.kind === 'wait');
  assert.deepEqual(wait, { kind: 'wait', state: 'open', label: 'go', from: ms(9), to: undefined, entry: -1 });
});

test('children, each once', () => {
  assert.deepEqual(childrenOf(EVENTS), [{ instanceId: 'o.1', name: 'Ship', state: 'failed' }]);
});

test('a failure leads to the step with its message, and says how often that failed', () => {
  const task = (second: number, message: string): HistoryEvent => ({
    EventType: 'TaskFailed',
    Timestamp: at(second),
    ScheduledTime: at(second),
    FunctionName: 'Charge',
    FailureDetails: failure(message),
  });
  const events: HistoryEvent[] = [
    task(1, 'card refused'),
    task(2, 'card refused'),
    { EventType: 'ExecutionCompleted', Timestamp: at(3), OrchestrationStatus: 'Failed', FailureDetails: failure('Task Charge failed: card refused') },
  ];
  const story = failureStory(events);
  assert.equal(story?.step?.name, 'Charge');
  assert.equal(story?.step?.attempts, 2);
  assert.equal(failureStory(events.slice(0, 2)), null);
});

test('a failure of the code itself has no step', () => {
  const story = failureStory([
    { EventType: 'TaskFailed', Timestamp: at(1), ScheduledTime: at(1), FunctionName: 'Charge', FailureDetails: failure('caught') },
    { EventType: 'ExecutionCompleted', Timestamp: at(3), OrchestrationStatus: 'Failed', FailureDetails: failure('another thing') },
  ]);
  assert.equal(story?.step, undefined);
});

test('a failure that a rewind has revoked is none', () => {
  const story = failureStory([
    { EventType: 'ExecutionCompleted', Timestamp: at(1), OrchestrationStatus: 'Failed', FailureDetails: failure('once') },
    { EventType: 'ExecutionRewound', Timestamp: at(2), Reason: null },
    { EventType: 'ExecutionCompleted', Timestamp: at(3), OrchestrationStatus: 'Completed' },
  ]);
  assert.equal(story, null);
});

test('a long stretch without a step is folded, and times stay in their order', () => {
  const items = itemsOf(
    [
      { EventType: 'TaskCompleted', Timestamp: at(2), ScheduledTime: at(0), FunctionName: 'A' },
      { EventType: 'TimerCreated', Timestamp: at(2), FireAt: at(3600) },
      { EventType: 'TimerFired', Timestamp: at(3600), FireAt: at(3600) },
      { EventType: 'TaskCompleted', Timestamp: at(3602), ScheduledTime: at(3600), FunctionName: 'B' },
    ],
    null,
  );
  const chart = layout(items, ms(0), ms(3602), 600);
  assert.equal(chart.folds.length, 1);
  const places = [0, 1, 2, 1800, 3600, 3601, 3602].map((second) => chart.x(ms(second)));
  assert.deepEqual(places, [...places].sort((one, other) => one - other));
  assert.ok(chart.x(ms(2)) > 100, 'the first step is to be seen');
  assert.ok(chart.x(ms(3602)) <= 600.001);
});

test('a long step is no idle time', () => {
  const items = itemsOf([{ EventType: 'TaskCompleted', Timestamp: at(3600), ScheduledTime: at(0), FunctionName: 'A' }], null);
  assert.deepEqual(layout(items, ms(0), ms(3600), 600).folds, []);
});

test('an instant alone has a place', () => {
  const chart = layout([], ms(0), ms(0), 300);
  assert.ok(Number.isFinite(chart.x(ms(0))));
});
