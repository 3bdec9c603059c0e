package dev.soliton.sim;

import dev.soliton.azure.PagedPartitions;
import dev.soliton.store.InMemoryInstanceStore;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WriteOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The table, as a process sees it over the wire. Whatever is written, the oracle looks at. */
final class SimTable implements InstanceStore {
    private static final String EVENT = "\"type\":\"TimerCreated\"";

    private static final String UNKNOWN = "\"type\":\"OfANewerVersion\"";

    /** More rows than any instance has. */
    private static final int WHOLE = 1_000;

    private final SimProcess process;
    private final Wire wire;
    private final InMemoryInstanceStore rows;
    private final Oracle oracle;

    SimTable(SimProcess process, Wire wire, InMemoryInstanceStore rows, Oracle oracle) {
        this.process = process;
        this.wire = wire;
        this.rows = rows;
        this.oracle = oracle;
    }

    /** Each process hears of it in its own way, up to a second before or after. */
    @Override
    public Instant serviceTime() {
        long error = CLOCK_ERROR.toMillis();
        return rows.serviceTime().plusMillis(process.world().choice((int) (2 * error)) - error);
    }

    @Override
    public Optional<Versioned<InstanceRow>> findRow(String instanceId) {
        return wire.call(new Call(process, Call.Verb.FIND, instanceId, null), () -> rows.findRow(instanceId));
    }

    @Override
    public Optional<Receipt> findReceipt(String instanceId, String key) {
        return wire.call(
                new Call(process, Call.Verb.FIND_RECEIPT, instanceId, key), () -> rows.findReceipt(instanceId, key));
    }

    @Override
    public Partition load(String instanceId) {
        return process.world().has(Ability.PAGES)
                ? known(paged(Call.Verb.LOAD, instanceId).load(instanceId))
                : known(wire.call(new Call(process, Call.Verb.LOAD, instanceId, null), () -> rows.load(instanceId)));
    }

    /** What a build sees of a partition that does not know an event of its journal. */
    private Partition known(Partition state) {
        if (process.build() != Build.WITHOUT_AN_EVENT) {
            return state;
        }
        List<JournalRow> journal = state.journal().stream()
                .map(row -> new JournalRow(row.key(), row.number(), row.events().replace(EVENT, UNKNOWN)))
                .toList();
        return new Partition(state.gates(), state.inbox(), state.inboxIsWhole(), state.instance(), journal);
    }

    @Override
    public Partition loadWithoutJournal(String instanceId) {
        return process.world().has(Ability.PAGES)
                ? paged(Call.Verb.LOAD_WITHOUT_JOURNAL, instanceId).loadWithoutJournal(instanceId)
                : wire.call(
                        new Call(process, Call.Verb.LOAD_WITHOUT_JOURNAL, instanceId, null),
                        () -> rows.loadWithoutJournal(instanceId));
    }

    private PagedPartitions paged(Call.Verb verb, String instanceId) {
        World world = process.world();
        return new PagedPartitions(
                rows,
                world.bug().readsGatesLast(),
                () -> world.choice(4) == 0 ? WHOLE : 1 + world.choice(3),
                new PagedPartitions.Wire() {
                    @Override
                    public <T> T call(Supplier<T> request) {
                        return wire.call(new Call(process, verb, instanceId, null), request);
                    }
                });
    }

    @Override
    public WriteOutcome write(String instanceId, List<RowChange> changes) {
        List<RowChange> sent = List.copyOf(changes);
        try {
            return wire.call(new Call(process, Call.Verb.WRITE, instanceId, sent), () -> written(instanceId, sent));
        } catch (StorageException unanswered) {
            oracle.rewinds().unanswered(sent);
            throw unanswered;
        }
    }

    private WriteOutcome written(String instanceId, List<RowChange> sent) {
        Optional<Versioned<InstanceRow>> before = rows.findRow(instanceId);
        WriteOutcome outcome = rows.write(instanceId, sent);
        if (outcome instanceof WriteOutcome.Written) {
            oracle.written(process, instanceId, sent, before.map(Versioned::row).orElse(null));
        }
        return outcome;
    }
}
