package dev.soliton.engine.turn;

import dev.soliton.engine.runtime.SharingLimits;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages that the host has given this process. The host gives it no others until some are answered. Turns that only
 * wait, for activities or for timers that are due soon, keep a few of them; the others are detached: the message is
 * answered, and the turn goes on without it.
 *
 * <p>Such a turn owns its instance, and has written that down. So nothing depends on the message any more: if the process
 * dies, what it owned is found by the death of its worker, as it is while the host still hides the message.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A message is answered early only for a turn that owns its instance and waits; that of the oldest first.
 *   <li>The number of detached turns has a limit. Beyond it turns keep their messages, others wait in the queue, and the
 *       platform sees that more hosts are needed.
 *   <li>Whoever is detached puts a message itself where its turn fails, as the host does for all others.
 * </ul>
 */
public final class MessageSlots {
    /** How long a turn keeps its message in any case: most are over by then. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final SharingLimits sharing;
    private final Set<Slot> kept = new LinkedHashSet<>();
    private int detached;

    public MessageSlots(SharingLimits sharing) {
        this.sharing = sharing;
    }

    /**
     * A message was received.
     *
     * @param now the time since some moment of the past
     * @param answer answers it; null if that is not to be before its turn is over
     */
    public synchronized Slot enter(Duration now, @Nullable Runnable answer) {
        Slot slot = new Slot(now, answer);
        kept.add(slot);
        return slot;
    }

    private synchronized void relieve(Duration now) {
        while (kept.size() > sharing.kept() && detached < sharing.detached()) {
            Slot oldest =
                    kept.stream().filter(slot -> slot.mayGo(now)).findFirst().orElse(null);
            if (oldest == null || oldest.answer == null) {
                return;
            }
            oldest.detach();
            oldest.answer.run();
        }
    }

    /** A message, and whether it is still to be answered. */
    public final class Slot {
        private final Duration since;
        private final @Nullable Runnable answer;
        private boolean waits;
        private boolean isDetached;
        private boolean ends;
        private volatile boolean replaced;

        private Slot(Duration since, @Nullable Runnable answer) {
            this.since = since;
            this.answer = answer;
        }

        private boolean mayGo(Duration now) {
            return waits && !ends && answer != null && now.minus(since).compareTo(SHORT) >= 0;
        }

        /** The turn goes on by itself from now on, whatever becomes of the message. */
        public void detach() {
            synchronized (MessageSlots.this) {
                if (kept.remove(this)) {
                    isDetached = true;
                    detached++;
                }
            }
        }

        /** Whether the turn ends without its message, which is not answered before that any more if it was not by now. */
        public boolean endsDetached() {
            synchronized (MessageSlots.this) {
                ends = true;
                return isDetached;
            }
        }

        /** Something was put in the place of the message that was answered. */
        void replaced() {
            replaced = true;
        }

        public boolean isReplaced() {
            return replaced;
        }

        /**
         * The turn, which owns its instance, only waits from now on.
         *
         * @return how long until it is to say so again; null if it is not
         */
        @Nullable
        Duration waits(Duration now) {
            synchronized (MessageSlots.this) {
                waits = true;
                relieve(now);
                Duration left = since.plus(SHORT).minus(now);
                return isDetached || answer == null || left.isNegative() || left.isZero() ? null : left;
            }
        }

        /** The turn does something again. */
        void works() {
            synchronized (MessageSlots.this) {
                waits = false;
            }
        }

        /** The turn is over. */
        public void leave(Duration now) {
            synchronized (MessageSlots.this) {
                if (isDetached) {
                    detached--;
                    relieve(now);
                } else {
                    kept.remove(this);
                }
            }
        }
    }
}
