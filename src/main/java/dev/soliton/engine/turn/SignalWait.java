package dev.soliton.engine.turn;

import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.Suspicion;
import dev.soliton.engine.runtime.TurnStopped;
import java.time.Duration;
import java.util.concurrent.BlockingDeque;
import org.jspecify.annotations.Nullable;

/** How a turn waits for signals without keeping others from what they wait for: their messages, or this process. */
final class SignalWait {
    private final EngineServices services;
    private final InstanceSession session;
    private final Turn.Trigger trigger;
    private final BlockingDeque<TurnSignal> signals;

    SignalWait(
            EngineServices services, InstanceSession session, Turn.Trigger trigger, BlockingDeque<TurnSignal> signals) {
        this.services = services;
        this.session = session;
        this.trigger = trigger;
        this.signals = signals;
    }

    /**
     * Waits; meanwhile the message may be answered that the turn is for.
     *
     * @return null if nothing happened within that time
     * @throws TurnStopped if the thread was interrupted
     */
    @Nullable
    TurnSignal take(Duration limit) throws TurnStopped {
        MessageSlots.Slot slot = trigger.slot();
        if (slot == null || !session.isClaimed()) {
            return services.take(signals, limit);
        }
        Duration asked = slot.waits(services.elapsed());
        try {
            if (asked == null || asked.compareTo(limit) >= 0) {
                return services.take(signals, limit);
            }
            TurnSignal signal = services.take(signals, asked);
            if (signal == null) {
                slot.waits(services.elapsed());
                signal = services.take(signals, limit.minus(asked));
            }
            return signal;
        } finally {
            slot.works();
        }
    }

    /** A suspect lets others begin beside it: when it is not one any more, or when they have waited for long enough. */
    void shareProcess() throws TurnStopped {
        InstanceLocks.Lock lock = trigger.lock();
        if (lock.isSuspected()
                && session.isClaimed()
                && Suspicion.of(session.row().ownership()) == Suspicion.NONE) {
            lock.isCleared();
        } else if (lock.isToShare()) {
            session.share();
            lock.shares();
        }
    }
}
