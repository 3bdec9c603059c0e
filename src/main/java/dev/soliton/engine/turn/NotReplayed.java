package dev.soliton.engine.turn;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.replay.EventSource;
import dev.soliton.engine.replay.Timers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state of an execution whose orchestrator does not run. */
record NotReplayed(List<JournalEvent> fresh, @Nullable String customStatus) implements EventSource.State {

    NotReplayed(@Nullable String customStatus) {
        this(new ArrayList<>(), customStatus);
    }

    @Override
    public Timers timers() {
        return new Timers();
    }

    @Override
    public boolean isSuspended() {
        return false;
    }
}
