import type * as api from './generated/api';
import type { Raw } from './json';

/** What the API answers, with values that callers gave as the text that they are. */

type Values = 'input' | 'output' | 'customStatus';

export type Failure = api.FailureDetails;
export type WaitingFor = api.WaitingFor;
export type HistoryEvent = Omit<api.HistoryEvent, 'Input' | 'Result'> & { Input?: Raw; Result?: Raw };
export type Status = Omit<api.Status, Values | 'historyEvents'> & {
  input: Raw;
  output: Raw;
  customStatus: Raw;
  historyEvents?: HistoryEvent[];
};
export type Rejected = Omit<api.Rejected, 'existing'> & { existing: Omit<Status, 'input' | 'output'> };
export type Started = api.Started;

export interface Worker {
  id: string;
  life: 'alive' | 'vanished' | 'left';
  since: string | null;
}

export interface Holding {
  instanceId: string;
  name: string;
  runtimeStatus: api.RuntimeStatus;
  executionId: string;
  generation: number;
  rewinds: number;
  fence: number;
  owner: Worker | null;
  strikes: number;
  claimedAt: string | null;
  createdAt: string;
  nextDue: string | null;
  dueAtOnce: boolean;
  startAt: string | null;
  reason: string | null;
  journalRows: number;
  gate: boolean;
  following: { name: string; executionId: string; askedAt: string; startAt: string | null; input: Raw; inputOmitted: boolean } | null;
  inbox: { kind: string; name: string | null; at: string; bytes: number | null }[];
  inboxMore: boolean;
  parent: api.Parent | null;
}

export interface OrchestratorInfo {
  name: string;
  description?: string;
  exampleInput?: Raw;
  inputSchema?: Raw;
}

/** The members that stay text. */
export const VALUES: ReadonlySet<string> = new Set(['input', 'output', 'customStatus', 'Input', 'Result', 'exampleInput', 'inputSchema']);
