package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.instance.Payload;
import org.jspecify.annotations.Nullable;

/** What is called: an activity or a sub-orchestration with its input. Each attempt of the call is a request of its own. */
abstract sealed class Callee {
    final Course course;
    final String name;
    private final @Nullable String inputJson;
    private @Nullable Payload input;
    private boolean saved;

    private Callee(Course course, String name, @Nullable String inputJson) {
        this.course = course;
        this.name = name;
        this.inputJson = inputJson;
    }

    String name() {
        return name;
    }

    abstract Answer.Kind kind();

    /**
     * Asks for an attempt.
     *
     * @param attempt from 1
     * @return the request
     */
    abstract JournalEvent.Request ask(int attempt);

    /** The input, which is kept once for all attempts. */
    final @Nullable Payload input() {
        if (!saved) {
            keep(course.save(inputJson));
        }
        return input;
    }

    final void keep(@Nullable Payload recorded) {
        input = recorded;
        saved = true;
    }

    /** An activity. */
    static final class OfActivity extends Callee {

        OfActivity(Course course, String name, @Nullable String inputJson) {
            super(course, name, inputJson);
        }

        @Override
        Answer.Kind kind() {
            return Answer.Kind.ACTIVITY;
        }

        @Override
        JournalEvent.Request ask(int attempt) {
            TaskScheduled asked = course.request(
                    TaskScheduled.class,
                    recorded -> recorded.name().equals(name),
                    Trace.activity(name),
                    (id, none) -> new TaskScheduled(
                            id, name, input(), attempt == 1 ? null : attempt, course.timeOfRequest()));
            keep(asked.input());
            return asked;
        }
    }

    /** A sub-orchestration. */
    static final class OfSubOrchestration extends Callee {
        private final @Nullable String instanceId;

        /**
         * Describes a sub-orchestration.
         *
         * @param instanceId the ID that it is to have; null for a fresh one at each attempt
         */
        OfSubOrchestration(Course course, String name, @Nullable String inputJson, @Nullable String instanceId) {
            super(course, name, inputJson);
            this.instanceId = instanceId;
        }

        @Override
        Answer.Kind kind() {
            return Answer.Kind.SUB_ORCHESTRATION;
        }

        @Override
        JournalEvent.Request ask(int attempt) {
            SubOrchestrationScheduled asked = course.request(
                    SubOrchestrationScheduled.class,
                    recorded -> recorded.name().equals(name)
                            && (instanceId == null || recorded.instanceId().equals(instanceId)),
                    Trace.subOrchestration(name, instanceId),
                    this::fresh);
            keep(asked.input());
            return asked;
        }

        /** One that failed, and is asked for again since that was rewound, goes on. */
        private SubOrchestrationScheduled fresh(int id, @Nullable SubOrchestrationScheduled failed) {
            String childId = failed == null ? instanceIdOf(id) : failed.instanceId();
            Integer continues = failed == null ? null : failed.id();
            return new SubOrchestrationScheduled(id, name, childId, input(), continues, course.timeOfRequest());
        }

        private String instanceIdOf(int id) {
            return instanceId != null
                    ? instanceId
                    : NameBasedUuid.INSTANCE.of(course.payloads().key(), id).toString();
        }
    }
}
