import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPERATIONS, refusal } from '../src/actions';
import { Bulk } from '../src/bulk';
import { curl } from '../src/curl';
import type { Holding, Status, WaitingFor } from '../src/model';
import type { RuntimeStatus } from '../src/policy';
import { Poller, nextDelay, type Seen, type Surroundings } from '../src/poll';
import { flawOfId, parseRoute, part, toId, toList } from '../src/route';
import { standing } from '../src/standing';
import { bytes, duration, fromNow } from '../src/time';

test('operations are refused as the API refuses them', () => {
  const allowed = (status: RuntimeStatus): string[] => OPERATIONS.filter((each) => refusal(each, status) === '');
  assert.deepEqual(allowed('Pending'), ['raise', 'suspend', 'terminate', 'restart']);
  assert.deepEqual(allowed('Running'), ['raise', 'suspend', 'terminate', 'restart']);
  assert.deepEqual(allowed('Suspended'), ['raise', 'resume', 'terminate', 'restart']);
  assert.deepEqual(allowed('Completed'), ['restart', 'purge']);
  assert.deepEqual(allowed('Failed'), ['rewind', 'restart', 'purge']);
  assert.deepEqual(allowed('Terminated'), ['restart', 'purge']);
});

test('four at a time, and each outcome is kept', async () => {
  let active = 0;
  let most = 0;
  const bulk = new Bulk(
    Array.from({ length: 20 }, (_, i) => `i${i}`),
    async (id) => {
      most = Math.max(most, ++active);
      await new Promise((done) => setImmediate(done));
      active--;
      if (id === 'i7') throw new Error('412');
      return 'done';
    },
    () => undefined,
  );
  await bulk.start();
  assert.equal(most, 4);
  assert.deepEqual([bulk.count('done'), bulk.count('failed'), bulk.isRunning], [19, 1, false]);
  assert.equal(bulk.jobs.find((job) => job.result === 'failed')?.note, '412');
});

test('what was stopped or failed is run again, and nothing else', async () => {
  const runs: string[] = [];
  let isRight = false;
  const bulk: Bulk = new Bulk(
    ['a', 'b', 'c', 'd', 'e', 'f'],
    (id) => {
      runs.push(id);
      if (id === 'a') bulk.stop();
      return isRight || id !== 'b' ? Promise.resolve('') : Promise.reject(new Error('no'));
    },
    () => undefined,
  );
  await bulk.start();
  const first = [...runs];
  assert.ok(bulk.count('stopped') > 0);
  isRight = true;
  runs.length = 0;
  const again = bulk.jobs.filter((job) => job.result !== 'done').map((job) => job.id);
  await bulk.retry();
  assert.deepEqual([...runs].sort(), again.sort());
  assert.ok(first.includes('a'));
  assert.equal(bulk.count('done'), 6);
});

class Clockwork implements Surroundings {
  timers: { run: () => void; millis: number }[] = [];
  hidden = false;
  changed: () => void = () => undefined;
  setTimer(run: () => void, millis: number): number {
    return this.timers.push({ run, millis });
  }
  clearTimer(timer: number): void {
    this.timers[timer - 1] = { run: () => undefined, millis: -1 };
  }
  isHidden(): boolean {
    return this.hidden;
  }
  onVisibility(run: () => void): () => void {
    this.changed = run;
    return () => undefined;
  }
  get waiting(): number[] {
    return this.timers.filter((timer) => timer.millis > 0).map((timer) => timer.millis);
  }
}

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

test('asks every two seconds while something changes, and less often while nothing does', () => {
  let delay = nextDelay(9_999, true);
  assert.equal(delay, 2_000);
  const delays: number[] = [];
  for (let i = 0; i < 7; i++) delays.push((delay = nextDelay(delay, false)));
  assert.deepEqual(delays, [3_000, 4_500, 6_750, 10_125, 15_000, 15_000, 15_000]);
});

test('asks nothing in a hidden tab, and at once when it is seen again', async () => {
  const around = new Clockwork();
  let asked = 0;
  const poller = new Poller(() => {
    asked++;
    return Promise.resolve<Seen>('changed');
  }, around);
  await settled();
  assert.deepEqual([asked, around.waiting], [1, [2_000]]);
  around.hidden = true;
  around.changed();
  assert.deepEqual(around.waiting, []);
  around.hidden = false;
  around.changed();
  await settled();
  assert.equal(asked, 2);
  poller.stop();
  assert.deepEqual(around.waiting, []);
});

test('ends when it is over, until it is wanted again', async () => {
  const around = new Clockwork();
  let asked = 0;
  const poller = new Poller(() => {
    asked++;
    return Promise.resolve<Seen>('over');
  }, around);
  await settled();
  around.changed();
  await settled();
  assert.deepEqual([asked, around.waiting], [1, []]);
  poller.now();
  await settled();
  assert.equal(asked, 2);
});

test('goes on after an answer that failed', async () => {
  const around = new Clockwork();
  const poller = new Poller(() => Promise.reject(new Error('no')), around);
  await settled();
  assert.deepEqual(around.waiting, [3_000]);
  poller.stop();
});

test('odd IDs come through an address as they are', () => {
  for (const id of ['import-acme', '%', '%25', 'ü', '😀', '"', '<img src=x onerror=alert(1)>', 'a b+c&d=e', "it's", '100%ü😀"', 'a%2Fb']) {
    const route = parseRoute(toId(id));
    assert.deepEqual([route.page, route.id], ['id', id]);
    assert.equal(decodeURIComponent(part(id)), id);
  }
  assert.equal(parseRoute(toId('a/b')).id, 'a/b');
  assert.equal(parseRoute('#/id/100%').id, '100%');
  assert.doesNotThrow(() => toId('\uD800'));
});

test('filters are in the address', () => {
  const route = parseRoute(toList({ runtimeStatus: 'Failed,Running', instanceIdPrefix: '100%ü&', name: '' }));
  assert.deepEqual([...route.query], [['runtimeStatus', 'Failed,Running'], ['instanceIdPrefix', '100%ü&']]);
  assert.equal(toList({}), '#/instances');
});

test('what a browser would take out of a path is no ID', () => {
  for (const id of ['', '.', '..', '@x', 'a/b', 'a\\b', 'a#b', 'a?b', 'a\nb', 'x'.repeat(257)]) assert.notEqual(flawOfId(id), '', id);
  for (const id of ['...', 'a@b', '%2e', '😀', 'x'.repeat(256)]) assert.equal(flawOfId(id), '', id);
});

test('a line for a shell in which nothing of a caller means anything', () => {
  const line = curl({ method: 'POST', url: "http://h/api/instances/it's", headers: [['x-functions-key', 'secret'], ['Content-Type', 'application/json']], body: `{"a":"$(rm) 'b'"}` });
  assert.equal(
    line,
    `curl -i -X POST -H "x-functions-key: $SOLITON_KEY" -H 'Content-Type: application/json' 'http://h/api/instances/it'\\''s' -d '{"a":"$(rm) '\\''b'\\''"}'`,
  );
});

test('times in words', () => {
  assert.deepEqual([12, 1_500, 59_000, 61_000, 3_600_000, 90_061_000].map(duration), ['12 ms', '1.5 s', '59 s', '1 min 1 s', '1 h', '1 d 1 h']);
  assert.deepEqual([fromNow(0, 65_000), fromNow(7_200_000, 0), fromNow(0, 500)], ['1 min 5 s ago', 'in 2 h', 'now']);
  assert.deepEqual([500, 2048, 2_097_152].map(bytes), ['500 B', '2.0 KiB', '2.0 MiB']);
});

// Fields that the API gets one day are not its business.
const STATUS = {
  name: 'Order',
  instanceId: 'o',
  runtimeStatus: 'Running',
  input: 'null',
  customStatus: 'null',
  output: 'null',
  createdTime: '2030-01-01T00:00:00Z',
  lastUpdatedTime: '2030-01-01T00:00:00Z',
  executionId: 'e',
  owner: null,
  reason: null,
  scheduledStart: null,
  parent: null,
  waitingFor: null,
} as Partial<Status> as Status;
const NOW = Date.parse('2030-01-01T00:01:00Z');
const sentences = (status: Partial<Status>, holding: Partial<Holding> | null = null): string[] =>
  standing({ ...STATUS, ...status }, holding as Holding | null, NOW).map((each) => each.sentence);

test('why it stands still', () => {
  assert.deepEqual(sentences({ reason: 'A newer version wrote it' }), ['A newer version wrote it.']);
  assert.match(sentences({}, { owner: { id: 'w', life: 'vanished', since: '2030-01-01T00:00:48Z' } })[0] ?? '', /vanished 12 s ago/);
  assert.match(sentences({ runtimeStatus: 'Suspended' })[0] ?? '', /suspended/);
  assert.match(sentences({ runtimeStatus: 'Pending', scheduledStart: '2030-01-01T00:02:00Z' })[0] ?? '', /begins at .* in 1 min/);
  assert.match(sentences({ runtimeStatus: 'Pending' })[0] ?? '', /waits for a worker/);
  const waitingFor = { events: ['approve'], timers: ['2030-01-01T00:03:00Z'], activities: [{ name: 'Ship', count: 2 }], subOrchestrations: [], unclaimedEvents: 1, unclaimedCharacters: 3, more: false } as Partial<WaitingFor> as WaitingFor;
  assert.deepEqual(sentences({ waitingFor }).map((each) => each.replace(/at .*,/, 'at T,')), [
    'Activities are running: 2 × Ship.',
    'It waits for the event “approve”. Nobody has raised it yet.',
    'Its next timer is due at T, in 2 min.',
    '1 event has come in that its code has not asked for.',
  ]);
  assert.deepEqual(sentences({ runtimeStatus: 'Completed', waitingFor }), []);
  const inbox = [{ kind: 'event' as const, name: 'Approve', at: '2030-01-01T00:00:59Z', bytes: 4 }];
  assert.match(sentences({ waitingFor }, { inbox })[1] ?? '', /the event “approve”, which has arrived/);
});
