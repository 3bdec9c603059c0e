package dev.soliton.sim;

import dev.soliton.store.StorageException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way from the processes to the storage: every call is a point at which others may act, and at which faults happen. */
final class Wire {
    private final Scheduler scheduler;
    private final Faults faults;
    private final Trace trace;

    Wire(Scheduler scheduler, Faults faults, Trace trace) {
        this.scheduler = scheduler;
        this.faults = faults;
        this.trace = trace;
    }

    /**
     * Makes a call.
     *
     * @param effect what it does to the storage; it does not call in here
     * @throws StorageException if it is not answered
     */
    <T extends @Nullable Object> T call(Call call, Supplier<T> effect) {
        scheduler.point();
        scheduler.elapse();
        if (!call.verb().isTheHosts() && Thread.currentThread().isInterrupted()) {
            throw new StorageException("simulated: interrupted before " + call.verb(), null);
        }
        Fault fault = faults.of(call);
        if (fault != Fault.NONE) {
            trace.add(scheduler, () -> call + " !! " + fault);
        }
        SimProcess process = call.process();
        switch (fault) {
            case LOST_REQUEST -> throw lost(call);
            case SLOW_REQUEST -> scheduler.sleep(faults.slowness());
            case PAUSE -> pause(process);
            case CRASH -> crash(process);
            case LATE, CRASH_LATE -> {
                if (call.verb().changes()) {
                    scheduler.in(faults.lateness(), () -> {
                        T answer = effect.get();
                        trace.add(scheduler, () -> call + " (late) -> " + Words.ofAnswer(answer));
                    });
                }
                if (fault == Fault.CRASH_LATE) {
                    crash(process);
                }
                throw lost(call);
            }
            default -> {}
        }
        T answer = effect.get();
        trace.add(scheduler, () -> call + " -> " + Words.ofAnswer(answer));
        switch (fault) {
            case LOST_ANSWER -> throw lost(call);
            case SLOW_ANSWER -> scheduler.sleep(faults.slowness());
            case PAUSE_AFTER -> pause(process);
            case CRASH_AFTER -> crash(process);
            default -> {
                if (faults.answersSlowly()) {
                    scheduler.point();
                }
            }
        }
        return answer;
    }

    private StorageException lost(Call call) {
        scheduler.point();
        return new StorageException("simulated: no answer to " + call.verb(), null);
    }

    private void pause(SimProcess process) {
        process.pauseFor(faults.pause());
        scheduler.point();
    }

    private void crash(SimProcess process) {
        process.crash();
        scheduler.point();
    }
}
