package dev.soliton.engine.turn;

import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.Suspicion;
import dev.soliton.engine.runtime.TurnStopped;
import java.time.Duration;
import java.util.concurrent.BlockingDeque;
import org.jspecify.annotations.Nullable;

/** How a turn waits for signals without keeping others waiting for their messages, or for this process. */
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
     * Waits for a signal. Meanwhile the message of the turn may be answered.
     *
     * @return null if no signal arrived within that time
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

    /** Lets others begin beside a suspect, once it is none any more or they have waited for long enough. */
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
