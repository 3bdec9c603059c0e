import { isEnded, type RuntimeStatus } from './policy';

/** What can be done to an instance, and why not at the moment: the table of operations of the API. */

export const OPERATIONS = ['raise', 'suspend', 'resume', 'terminate', 'rewind', 'restart', 'purge'] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface OperationText {
  label: string;
  /** What it does, for whoever is about to confirm it. */
  effect: string;
  isDanger: boolean;
}

export const TEXT: Record<Operation, OperationText> = {
  raise: { label: 'Raise event', effect: 'The instance gets the event as soon as it waits for one of that name.', isDanger: false },
  suspend: { label: 'Suspend', effect: 'The instance stops before its next step, and keeps its ID.', isDanger: false },
  resume: { label: 'Resume', effect: 'The instance goes on where it was suspended.', isDanger: false },
  terminate: {
    label: 'Terminate',
    effect: 'The instance ends as Terminated. Its code gets no chance to undo anything.',
    isDanger: true,
  },
  rewind: {
    label: 'Rewind',
    effect: 'The instance is Running again: what failed is run once more, what was committed stays.',
    isDanger: false,
  },
  restart: { label: 'Restart', effect: 'The orchestrator runs from its beginning, with the same input.', isDanger: false },
  purge: { label: 'Purge', effect: 'Status, history and payloads are deleted for ever, and the ID is free.', isDanger: true },
};

/** Why an operation would be refused now; empty if it would not. */
export function refusal(operation: Operation, status: RuntimeStatus): string {
  const ended = isEnded(status);
  switch (operation) {
    case 'raise':
      return ended ? 'It has ended, and takes no events any more.' : '';
    case 'suspend':
      if (ended) return 'It has ended: there is nothing to suspend.';
      return status === 'Suspended' ? 'It is suspended already.' : '';
    case 'resume':
      if (ended) return 'It has ended: there is nothing to resume.';
      return status === 'Suspended' ? '' : 'It is not suspended.';
    case 'terminate':
      return ended ? 'It has ended already.' : '';
    case 'rewind':
      return status === 'Failed' ? '' : 'Only what has failed can be rewound.';
    case 'restart':
      return '';
    case 'purge':
      return ended ? '' : 'It has not ended: what is live is never purged.';
  }
}
