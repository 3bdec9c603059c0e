package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.RetryContext;
import dev.soliton.orchestration.RetryHandler;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.store.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of an activity or of a sub-orchestration, through all its attempts. The task reacts to a failure in the step
 * that receives it, whether anything waits for the task or not.
 */
final class CallTask<V> extends ReplayTask<V> {
    private static final int NONE = -1;

    private final OrchestrationContext context;
    private final CallRequest callRequest;
    private final CallRetries retries;
    private final FailureReader failures;
    private final PayloadReader<V> reader;
    private final Instant begun;
    private final List<Integer> requests = new ArrayList<>();
    private int attempt;
    private boolean again;
    private int id = NONE;
    private @Nullable Payload result;
    private @Nullable Payload failure;
    private @Nullable FailureDetails details;

    /** Reads the recorded details of a failure. */
    @FunctionalInterface
    interface FailureReader {
        FailureDetails read(Payload failure);
    }

    /** Makes the call: it requests the first attempt here. */
    CallTask(
            OrchestrationContext context,
            CallRequest callRequest,
            CallRetries retries,
            FailureReader failures,
            PayloadReader<V> reader) {
        super(callRequest.loop);
        this.context = context;
        this.callRequest = callRequest;
        this.retries = retries;
        this.failures = failures;
        this.reader = reader;
        this.begun = begin();
    }

    /** Requests an attempt, and returns the time of the request. */
    private Instant begin() {
        attempt++;
        JournalEvent.Request asked = callRequest.ask(attempt);
        loop().failedCalls().remove(id);
        id = asked.id();
        requests.add(id);
        loop().await(id, callRequest.kind(), callRequest.name(), this::completed);
        return asked.at();
    }

    private void completed(Completion completion) {
        result = completion.result();
        failure = completion.failure();
        details = null;
        if (failure != null) {
            loop().failedCalls().add(id, requests);
        }
        if (failure == null
                || retries instanceof CallRetries.None
                || details(failure).isNonRetriable()) {
            finish();
            return;
        }
        Duration elapsed = Duration.between(begun, loop().time());
        if (retries instanceof CallRetries.ByHandler byHandler) {
            RetryContext retry = new RetryContext(context, attempt, details(failure), elapsed);
            loop().later(() -> decide(byHandler.handler(), retry));
            return;
        }
        Duration pause = ((CallRetries.ByPolicy) retries).pause(attempt, elapsed);
        if (pause == null) {
            finish();
        } else {
            requests.add(loop().startTimer(from -> DueTimes.after(from, pause), fired -> begin()));
        }
    }

    private void decide(RetryHandler handler, RetryContext retry) {
        if (runFunction(() -> again = handler.handle(retry))) {
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
            loop().failedCalls().seen(id);
            throw new TaskFailedException(callRequest.name(), id, details(failure));
        }
        return reader.read(result);
    }
}
