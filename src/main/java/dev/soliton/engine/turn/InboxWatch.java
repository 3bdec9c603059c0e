package dev.soliton.engine.turn;

import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.Partition;
import java.time.Duration;
import java.util.Optional;

/**
 * When a turn reads its inbox again: after a notification that something arrived, and from time to time while it waits.
 */
final class InboxWatch {
    /** How often a waiting owner reads whether something arrived, and whether it is still the owner. */
    private static final Duration FIRST_RELOAD = Duration.ofSeconds(5);

    private static final Duration LONGEST_RELOAD = Duration.ofSeconds(20);

    private final EngineServices services;
    private final InstanceSession session;
    private final InboxReader inbox;
    private Duration reloadedAt;
    private Duration reloadAfter = FIRST_RELOAD;
    /** Whether the turn was notified, since the last read, that something arrived. */
    private boolean changed;
    /** Whether the turn has committed since the last read, and may have waited. */
    private boolean stale;

    InboxWatch(EngineServices services, InstanceSession session, InboxReader inbox) {
        this.services = services;
        this.session = session;
        this.inbox = inbox;
        this.reloadedAt = services.elapsed();
    }

    void changed() {
        changed = true;
    }

    boolean hasChanged() {
        return changed;
    }

    /** Notes that the last read may be out of date. */
    void stale() {
        stale = true;
    }

    /** How long a waiting owner waits before it reads. */
    Duration reloadAfter() {
        return reloadAfter;
    }

    /** Whether that time has passed since the last read. */
    boolean isReloadDue() {
        return services.elapsed().minus(reloadedAt).compareTo(reloadAfter) >= 0;
    }

    /**
     * Reads again if the last read is out of date and did not find what is wanted. An answer about all that has arrived
     * has to be true now, and the last read may be from before a wait.
     */
    void reloadIfStale(boolean found) throws TurnStopped {
        if (!found && stale) {
            reload();
        }
    }

    /** Reads what has arrived since the last read. */
    void reload() throws TurnStopped {
        changed = false;
        stale = false;
        Optional<Partition> state = session.reload();
        reloadedAt = services.elapsed();
        if (state.isPresent() && inbox.read(state.get())) {
            reloadAfter = FIRST_RELOAD;
        } else {
            Duration longer = reloadAfter.multipliedBy(2);
            reloadAfter = longer.compareTo(LONGEST_RELOAD) > 0 ? LONGEST_RELOAD : longer;
        }
    }
}
