/** What becomes of a start, given who holds the ID: the tables of docs/start-policies.md as code. */

export const REUSE = ['rejectDuplicate', 'allowDuplicate', 'allowDuplicateFailedOnly'] as const;
export const CONFLICT = ['fail', 'useExisting', 'runAfter', 'terminateExisting'] as const;

export type Reuse = (typeof REUSE)[number];
export type Conflict = (typeof CONFLICT)[number];
export type RuntimeStatus = 'Pending' | 'Running' | 'Suspended' | 'Completed' | 'Failed' | 'Terminated';

/** Who has the ID. `isFollowed`: whether a run waits for its end already. */
export interface Holder {
  name: string;
  status: RuntimeStatus;
  isFollowed: boolean;
}

export type Outcome = 'started' | 'attached' | 'queued' | 'replaced' | 'rejected';

export interface Forecast {
  outcome: Outcome;
  sentence: string;
}

export const isEnded = (status: RuntimeStatus): boolean =>
  status === 'Completed' || status === 'Failed' || status === 'Terminated';

/** What holds where a request names no policy for a finished holder. */
export const impliedReuse = (conflict: Conflict): Reuse =>
  conflict === 'runAfter' || conflict === 'terminateExisting' ? 'allowDuplicate' : 'rejectDuplicate';

function allows(reuse: Reuse, ended: RuntimeStatus): boolean {
  return reuse === 'allowDuplicate' || (reuse === 'allowDuplicateFailedOnly' && ended !== 'Completed');
}

const STATE: Record<RuntimeStatus, string> = {
  Pending: 'has this ID and has not begun yet',
  Running: 'is running under this ID',
  Suspended: 'has this ID and is suspended',
  Completed: 'had this ID and is completed',
  Failed: 'had this ID and has failed',
  Terminated: 'had this ID and was terminated',
};

/**
 * What a start does.
 *
 * @param holder who has the ID; null for nobody, undefined for a start without an ID
 */
export function forecast(holder: Holder | null | undefined, reuse: Reuse, conflict: Conflict): Forecast {
  if (holder === undefined) {
    return { outcome: 'started', sentence: 'A new instance starts under a random ID.' };
  }
  if (holder === null) {
    return { outcome: 'started', sentence: 'Nobody has this ID: a new instance starts.' };
  }
  const who = `${holder.name} ${STATE[holder.status]}.`;
  if (!isEnded(holder.status)) return ofLive(holder, who, conflict, '');
  if (holder.isFollowed) {
    return ofLive(holder, `${who} The run that was queued behind it begins any moment.`, conflict, 'then ');
  }
  return allows(reuse, holder.status)
    ? { outcome: 'started', sentence: `${who} The new instance replaces it; its status and history are gone then.` }
    : { outcome: 'rejected', sentence: `${who} The ID stays taken: this start is refused with 409.` };
}

function ofLive(holder: Holder, who: string, conflict: Conflict, then: string): Forecast {
  const overwritten = holder.isFollowed && !isEnded(holder.status);
  switch (conflict) {
    case 'fail':
      return { outcome: 'rejected', sentence: `${who} It goes on, and this start is refused with 409.` };
    case 'useExisting':
      return {
        outcome: 'attached',
        sentence: `${who} Nothing is started: the answer ${then}names that run, and the input here is not used.`,
      };
    case 'runAfter':
      return {
        outcome: 'queued',
        sentence: overwritten
          ? `${who} One run waits behind it already: that run gets the orchestrator, the input and the time given here.`
          : `${who} This run is ${then}queued, and begins when that one has ended.`,
      };
    case 'terminateExisting':
      return {
        outcome: 'replaced',
        sentence: overwritten
          ? `${who} It is terminated. The run that waits behind it gets the input given here, and begins.`
          : `${who} It is ${then}terminated, and this run begins in its place.`,
      };
  }
}
