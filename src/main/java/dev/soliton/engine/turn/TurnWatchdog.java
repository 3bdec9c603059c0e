package dev.soliton.engine.turn;

import dev.soliton.engine.replay.ReplayContext;
import dev.soliton.engine.replay.WatchedRun;
import dev.soliton.engine.replay.WatchedRun.Signal;
import dev.soliton.engine.runtime.EngineFailureException;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TurnResult;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.Orchestrator;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches an orchestrator's code that runs on a thread of its own, and abandons that thread if the code does not
 * return. Otherwise the host would end the process because of the turn, with all that runs beside it.
 *
 * <p>Code inside the engine observes the limits by itself. Of other code the watchdog only knows for how long it has
 * made no progress. If that is most of the time that a turn has, the instance fails; if it is less, the turn hands off,
 * and the next turn shows whether the code makes progress.
 */
final class TurnWatchdog {
    /** How often the watchdog reads, for code that makes no progress, whether the instance is to end. */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(20);

    /** How much time the code has to call its context once the turn is asked to stop. */
    private static final Duration STOP = Duration.ofSeconds(1);

    private final EngineServices services;
    private final EngineExecutors executors;
    private final Turn.Trigger trigger;
    private final TurnLoop loop;
    private final UnitOfWork unit;
    private final InboxReader inbox;
    private final InstanceLog log;
    private volatile @Nullable WatchedRun current;
    private volatile boolean stopping;

    TurnWatchdog(
            EngineServices services,
            EngineExecutors executors,
            Turn.Trigger trigger,
            TurnLoop loop,
            UnitOfWork unit,
            InboxReader inbox,
            InstanceLog log) {
        this.services = services;
        this.executors = executors;
        this.trigger = trigger;
        this.loop = loop;
        this.unit = unit;
        this.inbox = inbox;
        this.log = log;
    }

    /** The result of a run that did not stop the turn. */
    sealed interface Result {
        record Ended(ReplayContext.End end) implements Result {}

        /**
         * The code was abandoned, and the execution is to end.
         *
         * @param failure the failure of the execution; null if it is terminated
         */
        record Abandoned(@Nullable FailureDetails failure) implements Result {}
    }

    /** Asks the turn to leave the rest to another. */
    void stop() {
        stopping = true;
        WatchedRun watched = current;
        if (watched != null) {
            watched.signals().add(new Signal.Stop());
        }
    }

    /**
     * Runs the code to its end, or until the turn cannot go on.
     *
     * @throws TurnStopped if the turn cannot go on
     */
    Result runWatched(ReplayContext context, Orchestrator orchestrator) throws TurnStopped {
        WatchedRun watched = new WatchedRun(services::elapsed);
        current = watched;
        context.watchedBy(watched);
        executors.orchestrators().execute(() -> watched.run(() -> context.run(orchestrator)));
        return new Watch(context, watched).result();
    }

    /** One watched run. */
    private final class Watch {
        private final ReplayContext context;
        private final WatchedRun watched;
        private Duration checkedAt;
        private boolean warned;

        Watch(ReplayContext context, WatchedRun watched) {
            this.context = context;
            this.watched = watched;
            this.checkedAt = services.elapsed();
        }

        Result result() throws TurnStopped {
            while (true) {
                Signal signal = next();
                Result result = signal == null ? watch() : handle(signal);
                if (result != null) {
                    return result;
                }
            }
        }

        private @Nullable Signal next() throws TurnStopped {
            Signal signal = watched.signals().poll();
            if (signal != null) {
                return signal;
            }
            try {
                return services.take(
                        watched.signals(), stopping ? STOP : services.limits().watch());
            } catch (TurnStopped interrupted) {
                loop.stop();
                watched.abandon();
                throw interrupted;
            }
        }

        private @Nullable Result handle(Signal signal) throws TurnStopped {
            if (signal instanceof Signal.Unresponsive) {
                watched.abandon();
                return abandoned("was refused whatever it asked for, and asked for more");
            }
            if (!(signal instanceof Signal.Over over)) {
                return null;
            }
            if (over.stopped() != null) {
                throw over.stopped();
            }
            if (over.end() == null) {
                throw TurnStopped.by(new EngineFailureException(
                        over.bug() == null ? new IllegalStateException("A run without an end.") : over.bug()));
            }
            return new Result.Ended(over.end());
        }

        /** Checks on the code; null if it may go on. */
        private @Nullable Result watch() throws TurnStopped {
            EngineLimits limits = services.limits();
            Duration now = services.elapsed();
            Duration ran = now.minus(trigger.begun());
            Duration silent = now.minus(watched.movedAt());
            Duration since = watched.leavingSince();
            boolean deaf = since != null && now.minus(since).compareTo(limits.patience()) >= 0;
            boolean late = ran.compareTo(limits.deadline()) >= 0;
            if ((!deaf && !late && !stopping && silent.compareTo(limits.silence()) < 0) || !watched.tryTakePermit()) {
                return null;
            }
            try {
                if (!watched.signals().isEmpty()) {
                    return null;
                }
                if (since != null) {
                    return deaf || late || stopping ? abandoned("did not return for " + now.minus(since)) : null;
                }
                if (late && silent.multipliedBy(3).compareTo(limits.functionTimeout()) >= 0) {
                    watched.abandon();
                    return failed(
                            "has not got on for " + silent + ": it asks its context for nothing that it waits for");
                }
                if (stopping || ran.compareTo(limits.deadline().plus(limits.gracePeriod())) >= 0) {
                    watched.abandon();
                    throw TurnStopped.handedOff();
                }
                return silent.compareTo(limits.silence()) < 0 ? null : check(now, silent);
            } finally {
                watched.givePermit();
            }
        }

        /** Handles code that makes no progress: perhaps a caller has asked for its end. */
        private @Nullable Result check(Duration now, Duration silent) throws TurnStopped {
            if (!warned) {
                warned = true;
                log.warning("orchestrator makes no progress", unit.key(), "seconds", silent.toSeconds());
            }
            if (now.minus(checkedAt).compareTo(CHECK_INTERVAL) < 0) {
                return null;
            }
            checkedAt = now;
            try {
                loop.reload();
            } catch (TurnStopped stopped) {
                watched.abandon();
                throw stopped;
            }
            if (inbox.termination() == null) {
                return null;
            }
            watched.abandon();
            return new Result.Abandoned(null);
        }

        /** Abandons code that is to stop and does not. */
        private Result abandoned(String how) throws TurnStopped {
            watched.abandon();
            TurnStopped stopped = context.stoppedBy();
            if (stopped == null) {
                return new Result.Ended(context.close());
            }
            if (!stopping
                    && (stopped.result() instanceof TurnResult.Idle
                            || stopped.result() instanceof TurnResult.HandedOff)) {
                return failed("does not let itself be left where it waits. It " + how);
            }
            throw stopped;
        }

        private Result failed(String why) {
            FailureDetails failure = FailureDetails.of(new StuckOrchestratorException(why));
            log.warning("orchestrator abandoned", unit.key(), "failure", failure.summary());
            return new Result.Abandoned(failure);
        }
    }
}
