package dev.soliton.engine.turn;

import dev.soliton.engine.runtime.SharingLimits;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages that the host has given this process. The host gives it no others until some are answered. Of the turns
 * that only wait, for activities or for timers that are due soon, a few keep their messages. The others are detached:
 * the process answers the message, and the turn goes on without it.
 *
 * <p>A detached turn owns its instance, and the row says so. So nothing depends on the message any more: if the process
 * dies, others see that its worker is dead and find what it owned, as they do while the host still hides the message.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A message is answered early only for a turn that owns its instance and waits. The oldest such message is the
 *       first.
 *   <li>The number of detached turns has a limit. Beyond it turns keep their messages, others wait in the queue, and
 *       the platform sees that more hosts are needed.
 *   <li>If a detached turn fails, it puts a message itself, as the host does for all other turns.
 * </ul>
 */
public final class MessageSlots {
    /** How long a turn keeps its message in any case: most turns are over by then. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final SharingLimits sharing;
    private final Set<Slot> kept = new LinkedHashSet<>();
    private int detached;

    public MessageSlots(SharingLimits sharing) {
        this.sharing = sharing;
    }

    /**
     * Notes that a message was received.
     *
     * @param now the time since some moment of the past
     * @param answer answers the message; null if it must not be answered before its turn is over
     */
    public synchronized Slot enter(Duration now, @Nullable Runnable answer) {
        Slot slot = new Slot(now, answer);
        kept.add(slot);
        return slot;
    }

    /** Answers the oldest messages whose turns may go on without them, while more are kept than the limit says. */
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

        /** Notes that the turn goes on by itself from now on, whatever becomes of the message. */
        public void detach() {
            synchronized (MessageSlots.this) {
                if (kept.remove(this)) {
                    isDetached = true;
                    detached++;
                }
            }
        }

        /**
         * Whether the turn ends without its message. If the message is not answered by now, it stays unanswered until
         * the turn is over.
         */
        public boolean endsDetached() {
            synchronized (MessageSlots.this) {
                ends = true;
                return isDetached;
            }
        }

        /** Notes that another message was put in the place of the answered one. */
        void replaced() {
            replaced = true;
        }

        public boolean isReplaced() {
            return replaced;
        }

        /**
         * Notes that the turn, which owns its instance, only waits from now on.
         *
         * @return after which time the turn calls this again; null if it need not
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

        /** Notes that the turn works again. */
        void works() {
            synchronized (MessageSlots.this) {
                waits = false;
            }
        }

        /** Notes that the turn is over. */
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
