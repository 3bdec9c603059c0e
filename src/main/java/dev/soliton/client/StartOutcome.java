package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.store.Receipt;

/**
 * The outcome of a start. Of any number of concurrent starts of one ID exactly one is {@link Started}, as long as the
 * instance that it started is not finished.
 */
@PublicApi
public sealed interface StartOutcome {
    /** The word of {@link Started}. */
    String STARTED = "started";

    /** The word of {@link Attached}. */
    String ATTACHED = "attached";

    /** The word of {@link Queued}. */
    String QUEUED = Receipt.QUEUED;

    /** The word of {@link Replaced}. */
    String REPLACED = "replaced";

    /** The caller has an execution to follow. */
    sealed interface Accepted extends StartOutcome {
        String instanceId();

        /** The execution that the start returns. */
        String executionId();

        /** The outcome, in one word. */
        String label();

        /** The outcome for a word. */
        static Accepted of(String word, String instanceId, String executionId) {
            return switch (word) {
                case STARTED -> new Started(instanceId, executionId);
                case ATTACHED -> new Attached(instanceId, executionId);
                case QUEUED -> new Queued(instanceId, executionId);
                case REPLACED -> new Replaced(instanceId, executionId);
                default -> throw new IllegalStateException("No start has the outcome '" + word + "'.");
            };
        }
    }

    /** The instance is accepted: it will run, whatever crashes. */
    record Started(String instanceId, String executionId) implements Accepted {
        @Override
        public String label() {
            return STARTED;
        }
    }

    /** The instance that has the ID is not finished, and the start returns it. */
    record Attached(String instanceId, String executionId) implements Accepted {
        @Override
        public String label() {
            return ATTACHED;
        }
    }

    /**
     * The holder of the ID has not ended, and the given execution runs when it has. There is one such queued run at
     * most: a caller that queues another meanwhile gets the same, which then has the input of the last request.
     */
    record Queued(String instanceId, String executionId) implements Accepted {
        @Override
        public String label() {
            return QUEUED;
        }
    }

    /** As {@link Queued}; and the holder of the ID is terminated. */
    record Replaced(String instanceId, String executionId) implements Accepted {
        @Override
        public String label() {
            return REPLACED;
        }
    }

    /**
     * The ID is taken; nothing was started.
     *
     * @param holder the instance that has it, without its input and output
     */
    record Rejected(Instance holder) implements StartOutcome {}

    /** No orchestrator of that name is registered; nothing was started. */
    record UnknownOrchestrator(String name) implements StartOutcome {}

    /** The idempotency key belongs to another start of that ID; nothing was started. */
    record KeyReused(String instanceId) implements StartOutcome {}
}
