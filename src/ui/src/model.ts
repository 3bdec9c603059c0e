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

export type Worker = api.HubWorker;
export type Health = api.Health;
export type Following = Omit<api.Following, 'input'> & { input: Raw };
export type Holding = Omit<api.Holding, 'following'> & { following: Following | null };
export type OrchestratorInfo = Omit<api.Orchestrator, 'exampleInput' | 'inputSchema'> & { exampleInput?: Raw; inputSchema?: Raw };

/** The members that stay text. */
export const VALUES: ReadonlySet<string> = new Set(['input', 'output', 'customStatus', 'Input', 'Result', 'exampleInput', 'inputSchema']);
