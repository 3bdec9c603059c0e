package dev.soliton.engine.turn;

import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.Partition;
import java.time.Duration;
import java.util.Optional;

/** When a turn reads its inbox anew: when it is told that something came in, and now and then while it waits. */
final class InboxWatch {
    /** How often an owner that waits looks whether something came in, and whether it is the owner still. */
    private static final Duration FIRST_RELOAD = Duration.ofSeconds(5);

    private static final Duration LONGEST_RELOAD = Duration.ofSeconds(20);

    private final EngineServices services;
    private final InstanceSession session;
    private final InboxReader inbox;
    private Duration reloadedAt;
    private Duration reloadAfter = FIRST_RELOAD;
    /** Whether somebody said that something came in since the last read. */
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

    /** Takes note that what was read is not what is there now. */
    void stale() {
        stale = true;
    }

    /** How long an owner that waits does so before it reads. */
    Duration reloadAfter() {
        return reloadAfter;
    }

    /** Whether so long has passed since the last read. */
    boolean isReloadDue() {
        return services.elapsed().minus(reloadedAt).compareTo(reloadAfter) >= 0;
    }

    /** What is said about all that has come in is to be true of now: the last read may be from before a wait. */
    void reloadIfStale(boolean found) throws TurnStopped {
        if (!found && stale) {
            reload();
        }
    }

    /** Reads what came in since the last time. */
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
