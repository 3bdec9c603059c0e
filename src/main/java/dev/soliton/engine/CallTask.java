package dev.soliton.engine;

import dev.soliton.instance.Payload;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.RetryContext;
import dev.soliton.orchestration.RetryHandler;
import dev.soliton.orchestration.TaskFailedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of an activity or of a sub-orchestration, through all its attempts. What follows a failure follows in the step
 * that tells of it, whoever waits for the task or does not.
 */
final class CallTask<V> extends ReplayTask<V> {
    private static final int NONE = -1;

    private final OrchestrationContext context;
    private final Callee callee;
    private final Retries retries;
    private final FailureReader failures;
    private final Reader<V> reader;
    private final Instant begun;
    private final List<Integer> requests = new ArrayList<>();
    private int attempt;
    private boolean again;
    private int id = NONE;
    private @Nullable Payload result;
    private @Nullable Payload failure;
    private @Nullable FailureDetails details;

    /** Turns the recorded details of a failure into what they were. */
    @FunctionalInterface
    interface FailureReader {
        FailureDetails read(Payload failure);
    }

    /** Makes the call: the first attempt is asked for here. */
    CallTask(OrchestrationContext context, Callee callee, Retries retries, FailureReader failures, Reader<V> reader) {
        super(callee.course);
        this.context = context;
        this.callee = callee;
        this.retries = retries;
        this.failures = failures;
        this.reader = reader;
        this.begun = begin();
    }

    /** Makes an attempt, and says when it is asked for. */
    private Instant begin() {
        attempt++;
        JournalEvent.Request asked = callee.ask(attempt);
        course().failures().remove(id);
        id = asked.id();
        requests.add(id);
        course().await(id, callee.kind(), callee.name(), this::answered);
        return asked.at();
    }

    private void answered(Answer answer) {
        result = answer.result();
        failure = answer.failure();
        details = null;
        if (failure != null) {
            course().failures().add(id, requests);
        }
        if (failure == null
                || retries instanceof Retries.None
                || details(failure).isNonRetriable()) {
            finish();
            return;
        }
        Duration elapsed = Duration.between(begun, course().time());
        if (retries instanceof Retries.ByHandler byHandler) {
            RetryContext told = new RetryContext(context, attempt, details(failure), elapsed);
            course().later(() -> decide(byHandler.handler(), told));
            return;
        }
        Duration pause = ((Retries.ByPolicy) retries).pause(attempt, elapsed);
        if (pause == null) {
            finish();
        } else {
            requests.add(course().startTimer(from -> Due.after(from, pause), fired -> begin()));
        }
    }

    private void decide(RetryHandler handler, RetryContext told) {
        if (runFunction(() -> again = handler.handle(told))) {
            if (again) {
                begin();
            } else {
                finish();
            }
        }
    }

    private FailureDetails details(Payload recorded) {
        if (details == null) {
            details = failures.read(recorded);
        }
        return details;
    }

    @Override
    @Nullable
    V evaluate() {
        if (failure != null) {
            course().failures().seen(id);
            throw new TaskFailedException(callee.name(), id, details(failure));
        }
        return reader.read(result);
    }
}
