package dev.soliton.engine.turn;

import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.store.Payload;
import dev.soliton.store.StorageException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The values that a journal names and that are stored elsewhere. They are removed with the journal. */
final class JournalPayloads {
    /** How many values of a past generation a turn removes before it goes on, at a request each. */
    private static final int MAX_REMOVALS = 50;

    private final EngineServices services;
    private final AfterCommit after;
    /** The values of the current generation. */
    private final Set<Payload> noted = new HashSet<>();
    /** The values of generations before it. */
    private final Set<Payload> obsolete = new HashSet<>();

    JournalPayloads(EngineServices services, AfterCommit after) {
        this.services = services;
        this.after = after;
    }

    void note(@Nullable Payload payload) {
        if (payload instanceof Payload.Stored) {
            noted.add(payload);
        }
    }

    /** Begins the next generation, with the events that the last one has left to it. */
    void begin(List<EventRaised> unconsumed) {
        obsolete.addAll(noted);
        noted.clear();
        unconsumed.forEach(event -> note(event.input()));
        obsolete.removeAll(noted);
    }

    /**
     * Removes the values of past generations. If they are very many, a background task removes the rest, and the turn
     * does not wait.
     */
    void removeObsolete() {
        List<Payload> all = List.copyOf(obsolete);
        obsolete.clear();
        int here = Math.min(all.size(), MAX_REMOVALS);
        remove(all.subList(0, here));
        if (here < all.size()) {
            after.inBackground(() -> remove(all.subList(here, all.size())));
        }
    }

    /** Removes values. If that fails, they stay until the instance is purged. */
    private void remove(List<Payload> payloads) {
        try {
            payloads.forEach(services.storage().payloads()::discard);
        } catch (StorageException harmless) {
            // Nobody will ever read them.
        }
    }
}
