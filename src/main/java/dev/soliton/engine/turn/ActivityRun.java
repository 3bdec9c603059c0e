package dev.soliton.engine.turn;

import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.turn.Activities.Ended;
import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.StorageException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of an activity on a thread of the process. Whatever happens in it, it reports exactly one end. */
final class ActivityRun implements Runnable {
    private final ActivityCall call;
    private final Registry registry;
    private final BooleanSupplier mayBegin;
    private final Supplier<Duration> elapsed;
    private final Consumer<Ended> reporter;
    private @Nullable Thread thread;
    private @Nullable Duration begun;

    /**
     * A run that is about to begin.
     *
     * @param mayBegin whether the turn may still run it: it does not end yet, and its worker's lease is valid
     * @param elapsed the time since some moment of the past
     * @param reporter receives the end of the run
     */
    ActivityRun(
            ActivityCall call,
            Registry registry,
            BooleanSupplier mayBegin,
            Supplier<Duration> elapsed,
            Consumer<Ended> reporter) {
        this.call = call;
        this.registry = registry;
        this.mayBegin = mayBegin;
        this.elapsed = elapsed;
        this.reporter = reporter;
    }

    /** The instance whose activity it runs. */
    String instanceId() {
        return call.getInstanceId();
    }

    /** The call that this runs. */
    TaskScheduled task() {
        return call.task();
    }

    /** How long it has been on its thread without a break; zero if it has not begun. */
    synchronized Duration hasRunFor(Duration now) {
        return begun == null ? Duration.ZERO : now.minus(begun);
    }

    /** Notifies the activity, by flag and interrupt, that nothing waits for its result any more. */
    synchronized void cancel() {
        call.cancel();
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public void run() {
        Ended ended = new Ended.NotRun(call.task());
        try {
            if (begin()) {
                ended = new Ended.Threw(call.task(), FailureDetails.UNKNOWN);
                ended = outcome();
            }
        } catch (Throwable thrown) {
            ended = new Ended.Threw(call.task(), FailureDetails.of(thrown));
        } finally {
            end();
            reporter.accept(ended);
        }
    }

    /** Takes the thread, unless the activity may not begin any more. */
    private synchronized boolean begin() {
        if (call.isCancelled() || !mayBegin.getAsBoolean()) {
            return false;
        }
        thread = Thread.currentThread();
        begun = elapsed.get();
        return true;
    }

    /** A late interrupt must not hit what the thread does next. */
    private synchronized void end() {
        thread = null;
        Thread.interrupted();
    }

    private Ended outcome() throws Exception {
        TaskScheduled task = call.task();
        try {
            call.fetchInput();
        } catch (StorageException trouble) {
            return new Ended.Unknown(task, trouble);
        }
        if (call.isCancelled() || !mayBegin.getAsBoolean()) {
            // The fetch can take as long as a lease.
            return new Ended.NotRun(task);
        }
        Activity activity =
                registry.newActivity(task.name()).orElseThrow(() -> new UnknownActivityException(task.name()));
        Object result = activity.run(call);
        if (!call.isCancelled()) {
            // If the activity left the interrupt flag set, the storage would refuse the next call.
            Thread.interrupted();
        }
        try {
            return new Ended.Returned(task, call.keep(result));
        } catch (StorageException trouble) {
            return new Ended.Unknown(task, trouble);
        }
    }
}
