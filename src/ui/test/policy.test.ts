import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFLICT, forecast, impliedReuse, REUSE, type Conflict, type Outcome, type Reuse, type RuntimeStatus } from '../src/policy';

const outcome = (status: RuntimeStatus, reuse: Reuse, conflict: Conflict, isFollowed = false): Outcome =>
  forecast({ name: 'Import', status, isFollowed }, reuse, conflict).outcome;

test('a live holder: the table of conflicts, whatever the policy for finished ones', () => {
  const table: Record<Conflict, Outcome> = { fail: 'rejected', useExisting: 'attached', runAfter: 'queued', terminateExisting: 'replaced' };
  for (const status of ['Pending', 'Running', 'Suspended'] as const) {
    for (const reuse of REUSE) {
      for (const conflict of CONFLICT) {
        assert.equal(outcome(status, reuse, conflict), table[conflict], `${status} ${reuse} ${conflict}`);
        assert.equal(outcome(status, reuse, conflict, true), table[conflict], `${status} ${reuse} ${conflict}, followed`);
      }
    }
  }
});

test('a finished holder: the table of reuse, whatever the policy for live ones', () => {
  const table: Record<Reuse, Record<'Completed' | 'Failed' | 'Terminated', Outcome>> = {
    rejectDuplicate: { Completed: 'rejected', Failed: 'rejected', Terminated: 'rejected' },
    allowDuplicate: { Completed: 'started', Failed: 'started', Terminated: 'started' },
    allowDuplicateFailedOnly: { Completed: 'rejected', Failed: 'started', Terminated: 'started' },
  };
  for (const status of ['Completed', 'Failed', 'Terminated'] as const) {
    for (const reuse of REUSE) {
      for (const conflict of CONFLICT) {
        assert.equal(outcome(status, reuse, conflict), table[reuse][status], `${status} ${reuse} ${conflict}`);
      }
    }
  }
});

test('a finished holder that a queued run follows is not finished: that run has the ID next', () => {
  const table: Record<Conflict, Outcome> = { fail: 'rejected', useExisting: 'attached', runAfter: 'queued', terminateExisting: 'replaced' };
  for (const conflict of CONFLICT) {
    assert.equal(outcome('Completed', 'rejectDuplicate', conflict, true), table[conflict]);
  }
});

test('nobody, and no ID: it starts', () => {
  for (const conflict of CONFLICT) {
    assert.equal(forecast(null, 'rejectDuplicate', conflict).outcome, 'started');
    assert.equal(forecast(undefined, 'rejectDuplicate', conflict).outcome, 'started');
  }
});

test('a run that may follow another implies that a finished one is replaced', () => {
  assert.deepEqual(CONFLICT.map(impliedReuse), ['rejectDuplicate', 'rejectDuplicate', 'allowDuplicate', 'allowDuplicate']);
});

test('the sentence names the holder, and the run that waits already', () => {
  assert.match(forecast({ name: 'Import', status: 'Running', isFollowed: false }, 'rejectDuplicate', 'terminateExisting').sentence, /Import is running.*terminated/);
  assert.match(forecast({ name: 'Import', status: 'Running', isFollowed: true }, 'rejectDuplicate', 'runAfter').sentence, /waits behind it already/);
});
