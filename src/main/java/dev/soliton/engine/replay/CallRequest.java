package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.store.Payload;
import org.jspecify.annotations.Nullable;

/** A call of an activity or a sub-orchestration, with its input. Each attempt of the call is a separate request. */
abstract sealed class CallRequest {
    final ReplayLoop loop;
    final String name;
    private final @Nullable String inputJson;
    private @Nullable Payload input;
    private boolean saved;

    private CallRequest(ReplayLoop loop, String name, @Nullable String inputJson) {
        this.loop = loop;
        this.name = name;
        this.inputJson = inputJson;
    }

    String name() {
        return name;
    }

    abstract Completion.Kind kind();

    /**
     * Requests an attempt.
     *
     * @param attempt from 1
     * @return the request
     */
    abstract JournalEvent.Request ask(int attempt);

    /** The input, which is stored once for all attempts. */
    final @Nullable Payload input() {
        if (!saved) {
            keep(loop.save(inputJson));
        }
        return input;
    }

    final void keep(@Nullable Payload recorded) {
        input = recorded;
        saved = true;
    }

    /** An activity. */
    static final class OfActivity extends CallRequest {

        OfActivity(ReplayLoop loop, String name, @Nullable String inputJson) {
            super(loop, name, inputJson);
        }

        @Override
        Completion.Kind kind() {
            return Completion.Kind.ACTIVITY;
        }

        @Override
        JournalEvent.Request ask(int attempt) {
            TaskScheduled asked = loop.request(
                    TaskScheduled.class,
                    recorded -> recorded.name().equals(name),
                    EventDescriptions.activity(name),
                    (id, none) ->
                            new TaskScheduled(id, name, input(), attempt == 1 ? null : attempt, loop.timeOfRequest()));
            keep(asked.input());
            return asked;
        }
    }

    /** A sub-orchestration. */
    static final class OfSubOrchestration extends CallRequest {
        private final @Nullable String instanceId;

        /**
         * Describes a sub-orchestration.
         *
         * @param instanceId the child's instance ID; null for a fresh one at each attempt
         */
        OfSubOrchestration(ReplayLoop loop, String name, @Nullable String inputJson, @Nullable String instanceId) {
            super(loop, name, inputJson);
            this.instanceId = instanceId;
        }

        @Override
        Completion.Kind kind() {
            return Completion.Kind.SUB_ORCHESTRATION;
        }

        @Override
        JournalEvent.Request ask(int attempt) {
            SubOrchestrationScheduled asked = loop.request(
                    SubOrchestrationScheduled.class,
                    recorded -> recorded.name().equals(name)
                            && (instanceId == null || recorded.instanceId().equals(instanceId)),
                    EventDescriptions.subOrchestration(name, instanceId),
                    this::fresh);
            keep(asked.input());
            return asked;
        }

        /**
         * A sub-orchestration goes on if it failed, and is requested again because a rewind has discarded the failure.
         */
        private SubOrchestrationScheduled fresh(int id, @Nullable SubOrchestrationScheduled failed) {
            String childId = failed == null ? instanceIdOf(id) : failed.instanceId();
            Integer continues = failed == null ? null : failed.id();
            return new SubOrchestrationScheduled(id, name, childId, input(), continues, loop.timeOfRequest());
        }

        private String instanceIdOf(int id) {
            return instanceId != null
                    ? instanceId
                    : NameBasedUuid.INSTANCE.of(loop.payloads().key(), id).toString();
        }
    }
}
