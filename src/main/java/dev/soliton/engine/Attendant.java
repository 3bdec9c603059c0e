package dev.soliton.engine;

import dev.soliton.engine.Attendance.Signal;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.Orchestrator;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Answers for a turn while an orchestrator's code runs on a thread of its own, and leaves that thread alone where the code
 * does not come back: the host would end the process for the turn, with all that runs beside it.
 *
 * <p>What is in the engine minds the time by itself. Of code that is not, the attendant knows only how long it has not got
 * on. If that is most of the time that there is, the instance fails; if it is less, the turn gives way, and the next one
 * shows.
 */
final class Attendant {
    /** How often an instance whose code does not get on is asked whether it is to end. */
    private static final Duration LOOK = Duration.ofSeconds(20);

    /** How long the code has to come to a call of its context once the turn is told to stop. */
    private static final Duration STOP = Duration.ofSeconds(1);

    private final EngineContext context;
    private final Crew crew;
    private final Turn.Trigger trigger;
    private final LiveTurn live;
    private final Ledger ledger;
    private final Intake intake;
    private final InstanceLog log;
    private volatile @Nullable Attendance current;
    private volatile boolean stopping;

    Attendant(
            EngineContext context,
            Crew crew,
            Turn.Trigger trigger,
            LiveTurn live,
            Ledger ledger,
            Intake intake,
            InstanceLog log) {
        this.context = context;
        this.crew = crew;
        this.trigger = trigger;
        this.live = live;
        this.ledger = ledger;
        this.intake = intake;
        this.log = log;
    }

    /** How a run came out that did not stop the turn. */
    sealed interface Result {
        record Ended(Replay.End end) implements Result {}

        /**
         * The code was left alone, and the execution is to end.
         *
         * @param failure what it fails by; null if it was told to end
         */
        record LeftAlone(@Nullable FailureDetails failure) implements Result {}
    }

    /** The turn is to leave the rest to another. */
    void stop() {
        stopping = true;
        Attendance attendance = current;
        if (attendance != null) {
            attendance.signals().add(new Signal.Stop());
        }
    }

    /**
     * Has the code run, to its end or to where the turn cannot go on.
     *
     * @throws TurnStopped if the turn cannot go on
     */
    Result attend(Replay replay, Orchestrator orchestrator) throws TurnStopped {
        Attendance attendance = new Attendance(context::elapsed);
        current = attendance;
        replay.attendedBy(attendance);
        crew.orchestrators().execute(() -> attendance.run(() -> replay.run(orchestrator)));
        return new Watch(replay, attendance).result();
    }

    /** One run that is watched. */
    private final class Watch {
        private final Replay replay;
        private final Attendance attendance;
        private Duration lookedAt;
        private boolean warned;

        Watch(Replay replay, Attendance attendance) {
            this.replay = replay;
            this.attendance = attendance;
            this.lookedAt = context.elapsed();
        }

        Result result() throws TurnStopped {
            while (true) {
                Signal signal = next();
                Result result = signal == null ? watch() : heard(signal);
                if (result != null) {
                    return result;
                }
            }
        }

        private @Nullable Signal next() throws TurnStopped {
            Signal signal = attendance.signals().poll();
            if (signal != null) {
                return signal;
            }
            try {
                return context.take(
                        attendance.signals(), stopping ? STOP : context.limits().watch());
            } catch (TurnStopped interrupted) {
                live.stop();
                attendance.abandon();
                throw interrupted;
            }
        }

        private @Nullable Result heard(Signal signal) throws TurnStopped {
            if (signal instanceof Signal.Deaf) {
                attendance.abandon();
                return leftAlone("was refused whatever it asked for, and asked for more");
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

        /** Looks after the code; null if it may go on. */
        private @Nullable Result watch() throws TurnStopped {
            EngineLimits limits = context.limits();
            Duration now = context.elapsed();
            Duration ran = now.minus(trigger.begun());
            Duration silent = now.minus(attendance.movedAt());
            Duration since = attendance.leavingSince();
            boolean deaf = since != null && now.minus(since).compareTo(limits.patience()) >= 0;
            boolean late = ran.compareTo(limits.lastCall()) >= 0;
            if ((!deaf && !late && !stopping && silent.compareTo(limits.silence()) < 0) || !attendance.tryTakeFloor()) {
                return null;
            }
            try {
                if (!attendance.signals().isEmpty()) {
                    return null;
                }
                if (since != null) {
                    return deaf || late || stopping ? leftAlone("did not return for " + now.minus(since)) : null;
                }
                if (late && silent.multipliedBy(3).compareTo(limits.functionTimeout()) >= 0) {
                    attendance.abandon();
                    return failed(
                            "has not got on for " + silent + ": it asks its context for nothing that it waits for");
                }
                if (stopping || ran.compareTo(limits.lastCall().plus(limits.farewell())) >= 0) {
                    attendance.abandon();
                    throw TurnStopped.gaveWay();
                }
                return silent.compareTo(limits.silence()) < 0 ? null : look(now, silent);
            } finally {
                attendance.giveFloor();
            }
        }

        /** The code does not get on; perhaps nobody wants it to. */
        private @Nullable Result look(Duration now, Duration silent) throws TurnStopped {
            if (!warned) {
                warned = true;
                log.warning("orchestrator does not get on", ledger.key(), "seconds", silent.toSeconds());
            }
            if (now.minus(lookedAt).compareTo(LOOK) < 0) {
                return null;
            }
            lookedAt = now;
            try {
                live.look();
            } catch (TurnStopped stopped) {
                attendance.abandon();
                throw stopped;
            }
            if (intake.termination() == null) {
                return null;
            }
            attendance.abandon();
            return new Result.LeftAlone(null);
        }

        /** The code is to be left, and does not let itself be left. */
        private Result leftAlone(String how) throws TurnStopped {
            attendance.abandon();
            TurnStopped stopped = replay.stoppedBy();
            if (stopped == null) {
                return new Result.Ended(replay.close());
            }
            if (!stopping && (stopped.why() == TurnStopped.Why.AT_REST || stopped.why() == TurnStopped.Why.GAVE_WAY)) {
                return failed("does not let itself be left where it waits. It " + how);
            }
            throw stopped;
        }

        private Result failed(String why) {
            FailureDetails failure = FailureDetails.of(new StuckOrchestratorException(why));
            log.warning("orchestrator left alone", ledger.key(), "failure", failure.summary());
            return new Result.LeftAlone(failure);
        }
    }
}
