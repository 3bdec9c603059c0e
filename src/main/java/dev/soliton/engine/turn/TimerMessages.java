package dev.soliton.engine.turn;

import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.replay.EventSource;
import dev.soliton.engine.replay.Timers;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessage.Base;
import dev.soliton.store.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The messages for the timers of an instance.
 *
 * <p>An instance that nobody owns has a message in the queue for its earliest timer. The owner puts it before the write
 * that releases the instance, and the message names the state on which this write is conditional: a worker that
 * receives it early can tell that the write may still happen. If a commit takes several writes, the last of them
 * releases the instance. The row says for which time there is such a message, so that not every commit puts it again.
 */
final class TimerMessages {
    /** A message can be delayed for seven days; a timer that is further off is reached in hops. */
    static final Duration LONGEST_HOP = WorkQueue.LONGEST_HOP;

    private final EngineServices services;
    private final InstanceSession session;
    private final @Nullable Instant dueOfMessage;
    private @Nullable PutTimer promised;

    /** A message that was put for a timer, and the state that it names. */
    private record PutTimer(Instant due, String etag) {}

    /**
     * The messages of a turn.
     *
     * @param dueOfMessage when the timer of the turn's message is due; the message is deleted after the turn
     */
    TimerMessages(EngineServices services, InstanceSession session, @Nullable Instant dueOfMessage) {
        this.services = services;
        this.session = session;
        this.dueOfMessage = dueOfMessage;
    }

    /**
     * When the earliest timer is due, rounded up to the precision of the storage, so that it can be recognised there.
     */
    static @Nullable Instant nextDue(EventSource.State state) {
        Timers.Timer first = state.timers().first();
        return first == null ? null : first.due().plusNanos(999).truncatedTo(ChronoUnit.MICROS);
    }

    /** Whether the row has another time than this, or the message for this time is the one that the turn handles. */
    boolean isToBePromised(@Nullable Instant due) {
        return !Objects.equals(due, session.row().progress().nextDue()) || isDueOfMessage(due);
    }

    /**
     * Puts the message for a timer, unless there is one.
     *
     * @param due when the timer is due; null if there is no timer
     * @throws TurnStopped if the storage failed
     */
    void promise(@Nullable Instant due) throws TurnStopped {
        if (due != null && !hasMessage(due)) {
            putMessage(due);
        }
    }

    private boolean hasMessage(Instant due) {
        if (promised != null && promised.equals(new PutTimer(due, session.etag()))) {
            return true;
        }
        return due.equals(session.row().progress().nextDue()) && !isDueOfMessage(due);
    }

    private boolean isDueOfMessage(@Nullable Instant due) {
        return due != null && due.equals(dueOfMessage);
    }

    private void putMessage(Instant due) throws TurnStopped {
        ExecutionKey key = session.row().key();
        try {
            services.storage()
                    .queue()
                    .put(
                            WorkMessage.timer(key.instanceId(), key.executionId(), due, new Base(session.etag())),
                            delay(due, services.now()));
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        promised = new PutTimer(due, session.etag());
    }

    /** How long the message for a timer is delayed. */
    static Duration delay(Instant due, Instant now) {
        Duration delay = Duration.between(now, due);
        if (delay.isNegative()) {
            return Duration.ZERO;
        }
        return delay.compareTo(LONGEST_HOP) > 0 ? LONGEST_HOP : delay;
    }
}
