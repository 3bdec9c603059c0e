package dev.soliton.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.ForwardingWorkerStore;
import dev.soliton.store.Gate;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxRow;
import dev.soliton.store.Incarnation;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.RowChange.DeleteGate;
import dev.soliton.store.RowChange.DeleteInbox;
import dev.soliton.store.RowChange.InsertGate;
import dev.soliton.store.RowChange.InsertInbox;
import dev.soliton.store.RowChange.InsertInstance;
import dev.soliton.store.RowChange.InsertReceipt;
import dev.soliton.store.RowChange.QueueRun;
import dev.soliton.store.RowChange.ReplaceInstance;
import dev.soliton.store.RowChange.TouchGate;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessage.Reason;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WorkerStore;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Bugs that a protocol of this kind can have, each made by something that twists the calls of the true one on their
 * way to the storage.
 */
enum PlantedBugs implements PlantedBug {

    /** A start inserts its row first, and puts its message then. */
    INSERT_BEFORE_MESSAGE {
        @Override
        public WorkQueue queue(WorkQueue queue, World world) {
            return new TwistedQueue(queue) {
                @Override
                public MessageReceipt put(WorkMessage message, Duration delay) {
                    return isStart(message) ? new MessageReceipt("later", "later") : super.put(message, delay);
                }
            };
        }

        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    WriteOutcome outcome = super.write(instanceId, changes);
                    InstanceRow row = inserted(changes);
                    if (row != null && row.parent() == null && outcome instanceof WriteOutcome.Written) {
                        world.scheduler().point();
                        world.queue()
                                .put(
                                        WorkMessage.start(instanceId, row.key().executionId(), WorkMessage.Base.NO_ROW),
                                        Duration.ZERO);
                    }
                    return outcome;
                }
            };
        }
    },

    /** After a refusal or a lost answer nobody asks: was it mine? */
    NO_READ_BACK {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public Optional<Receipt> findReceipt(String instanceId, String key) {
                    return Optional.empty();
                }
            };
        }
    },

    /** An instance is released although something arrived in its inbox since that was read. */
    RELEASE_WITHOUT_GATE {
        @Override
        public Plot plot() {
            return AttackScenariosTest.actors(2, 2, true);
        }

        /** So that something comes in meanwhile, and whoever is told of it leaves it to the owner. */
        @Override
        public List<Rule> rules() {
            return Stream.generate(() -> new Rule(AttackScenariosTest::releases, 1, Fault.SLOW_REQUEST))
                    .limit(8)
                    .toList();
        }

        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    return super.write(
                            instanceId,
                            changes.stream()
                                    .<RowChange>map(change -> change instanceof TouchGate touch
                                            ? new TouchGate(touch.incarnation(), null)
                                            : change)
                                    .toList());
                }
            };
        }
    },

    /** An execution ends although something arrived in its inbox since that was read. */
    END_WITHOUT_GATE {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    return super.write(
                            instanceId,
                            changes.stream()
                                    .map(change -> change instanceof DeleteGate delete
                                            ? new DeleteGate(delete.incarnation(), gateNow(world, instanceId, delete))
                                            : change)
                                    .toList());
                }
            };
        }

        private static String gateNow(World world, String instanceId, DeleteGate delete) {
            return world.table()
                    .loadWithoutJournal(instanceId)
                    .gate(delete.incarnation().executionId())
                    .map(Versioned::etag)
                    .orElse(delete.etag());
        }
    },

    /** Whoever gets a start message before its row drops it. */
    START_DROPPED_BEFORE_ITS_ROW {
        @Override
        public WorkQueue queue(WorkQueue queue, World world) {
            return new TwistedQueue(queue) {
                @Override
                public MessageReceipt put(WorkMessage message, Duration delay) {
                    return isStart(message) && message.attempt() > 0
                            ? new MessageReceipt("dropped", "dropped")
                            : super.put(message, delay);
                }
            };
        }

        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    boolean buries = changes.get(0) instanceof RowChange.InsertGate insert
                            && insert.gate().tombstone();
                    return buries ? new WriteOutcome.Written("", "") : super.write(instanceId, changes);
                }
            };
        }
    },

    /** Claims go through whatever the row is by now. */
    CLAIM_UNCONDITIONALLY {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    return super.write(
                            instanceId,
                            changes.stream()
                                    .map(change -> change instanceof ReplaceInstance replace && changes.size() == 1
                                            ? new ReplaceInstance(replace.row(), now(world, instanceId, replace.etag()))
                                            : change)
                                    .toList());
                }
            };
        }

        private static String now(World world, String instanceId, String otherwise) {
            return world.table().findRow(instanceId).map(Versioned::etag).orElse(otherwise);
        }
    },

    /** What was taken out of the inbox is deleted before the commit that records it. */
    EVENT_DELETED_BEFORE_THE_COMMIT {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    List<RowChange> deletes = changes.stream()
                            .filter(DeleteInbox.class::isInstance)
                            .toList();
                    if (deletes.isEmpty() || deletes.size() == changes.size()) {
                        return super.write(instanceId, changes);
                    }
                    super.write(instanceId, deletes);
                    return super.write(
                            instanceId,
                            changes.stream()
                                    .filter(change -> !(change instanceof DeleteInbox))
                                    .toList());
                }
            };
        }
    },

    /** That an event of that ID came in is forgotten when it is taken in. */
    EVENT_ID_FORGOTTEN {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    boolean delivers = changes.stream().anyMatch(InsertInbox.class::isInstance);
                    return super.write(
                            instanceId,
                            changes.stream()
                                    .filter(change -> !(delivers && change instanceof InsertReceipt))
                                    .toList());
                }
            };
        }
    },

    /** What came in for one execution reaches the next of the same ID. */
    INBOX_OF_ANOTHER_EXECUTION {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public Partition load(String instanceId) {
                    return ofAll(super.load(instanceId));
                }

                @Override
                public Partition loadWithoutJournal(String instanceId) {
                    return ofAll(super.loadWithoutJournal(instanceId));
                }

                /** Rows of the inbox come in whatever the gate says, and are taken for what is there now. */
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    boolean delivers = changes.stream().anyMatch(InsertInbox.class::isInstance);
                    List<RowChange> twisted = new ArrayList<>();
                    for (RowChange change : changes) {
                        if (change instanceof DeleteInbox delete) {
                            world.table().loadWithoutJournal(instanceId).inbox().stream()
                                    .map(InboxEntry::row)
                                    .filter(row -> row.key().equals(delete.key()))
                                    .findFirst()
                                    .ifPresent(row -> twisted.add(new DeleteInbox(row.executionId(), row.key())));
                        } else if (!(delivers && change instanceof TouchGate touch && isGone(instanceId, touch))) {
                            twisted.add(change);
                        }
                    }
                    return super.write(instanceId, twisted);
                }

                private boolean isGone(String instanceId, TouchGate touch) {
                    return world.table()
                            .loadWithoutJournal(instanceId)
                            .gate(touch.incarnation().executionId())
                            .isEmpty();
                }
            };
        }

        private static Partition ofAll(Partition state) {
            String executionId =
                    state.instance().map(row -> row.row().key().executionId()).orElse("");
            List<InboxEntry> inbox = state.inbox().stream()
                    .map(entry -> {
                        InboxRow row = entry.row();
                        return new InboxEntry(
                                new InboxRow(executionId, row.key(), row.sequence(), row.item()), entry.at());
                    })
                    .toList();
            return new Partition(state.gates(), inbox, state.inboxIsWhole(), state.instance(), state.journal());
        }
    },

    /**
     * A timer's message, or that of work that is left, does not tell what it waits for, and is dropped for the owner.
     */
    DROPPED_FOR_A_LIVING_OWNER {
        @Override
        public WorkQueue queue(WorkQueue queue, World world) {
            return new TwistedQueue(queue) {
                @Override
                public MessageReceipt put(WorkMessage message, Duration delay) {
                    boolean promised = !isStart(message) && message.base() != null;
                    return super.put(
                            promised
                                    ? new WorkMessage(
                                            message.instanceId(),
                                            message.executionId(),
                                            message.reason(),
                                            message.due(),
                                            null,
                                            message.attempt(),
                                            message.givenUp(),
                                            message.failures())
                                    : message,
                            delay);
                }
            };
        }
    },

    /** What a dead worker held is woken, and nobody has marked the worker. */
    WAKES_WITHOUT_THE_MARK {
        @Override
        public WorkerStore workers(WorkerStore workers, World world) {
            return new ForwardingWorkerStore(workers) {
                @Override
                public WorkerState stateOf(String worker) {
                    WorkerState workerState = super.stateOf(worker);
                    return workerState == WorkerState.UNLEASED ? WorkerState.LIVE : workerState;
                }

                @Override
                public boolean tryDeclareDead(String worker) {
                    return true;
                }
            };
        }
    },

    /** Whose lease has run out counts as dead, although it may come to renew it. */
    CLAIM_FROM_THE_UNMARKED {
        @Override
        public WorkerStore workers(WorkerStore workers, World world) {
            return new ForwardingWorkerStore(workers) {
                @Override
                public WorkerState stateOf(String worker) {
                    WorkerState workerState = super.stateOf(worker);
                    return workerState == WorkerState.UNLEASED ? WorkerState.EXPIRED : workerState;
                }
            };
        }
    },

    /** A worker trusts in its lease for longer than it has it. */
    LEASE_TRUSTED_FOR_TOO_LONG {
        @Override
        public EngineLimits limits(EngineLimits limits) {
            return new EngineLimits(
                    limits.maxEvents(),
                    WorkerStore.LONGEST_LEASE,
                    limits.functionTimeout(),
                    limits.sharing(),
                    limits.writes());
        }

        @Override
        public WorkerStore workers(WorkerStore workers, World world) {
            return new ForwardingWorkerStore(workers) {
                @Override
                public String register(String worker, Duration lease) {
                    return super.register(worker, lease.dividedBy(3));
                }
            };
        }
    },

    /** A worker that leaves work behind takes its record back, as if it left nothing. */
    SIGN_TAKEN_BACK_WITH_CLAIMS {
        @Override
        public WorkerStore workers(WorkerStore workers, World world) {
            return new ForwardingWorkerStore(workers) {
                @Override
                public void markDrained(String worker, String leaseId) {
                    super.deregister(worker, leaseId);
                }
            };
        }
    },

    /** An execution ends, and what was to follow it is forgotten. */
    QUEUED_RUN_FORGOTTEN {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    return super.write(
                            instanceId,
                            changes.stream()
                                    .map(change -> change instanceof ReplaceInstance replace
                                            ? new ReplaceInstance(replace.row().followedBy(null), replace.etag())
                                            : change)
                                    .toList());
                }
            };
        }
    },

    /** What was to follow an execution begins in the write that ends it, whatever of that still runs. */
    QUEUED_RUN_AT_THE_END {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    InstanceRow row = changes.get(0) instanceof ReplaceInstance replace ? replace.row() : null;
                    QueuedRun queuedRun = row == null ? null : row.queuedRun();
                    if (row == null || queuedRun == null) {
                        return super.write(instanceId, changes);
                    }
                    InstanceRow next = queuedRun.rowAfter(row, row.updatedAt(), row.updatedAt(), row.commitId());
                    List<RowChange> twisted = new ArrayList<>(changes);
                    twisted.set(0, new ReplaceInstance(next, ((ReplaceInstance) changes.get(0)).etag()));
                    twisted.add(new InsertGate(new Gate(next.key().executionId(), false)));
                    twisted.add(new InsertReceipt(queuedRun.receipt(next.key())));
                    world.queue()
                            .put(
                                    WorkMessage.start(instanceId, next.key().executionId(), WorkMessage.Base.NO_ROW),
                                    Duration.ZERO);
                    return super.write(instanceId, twisted);
                }
            };
        }
    },

    /** What was to follow an execution gets its row first, and its message then. */
    QUEUED_RUN_BEFORE_ITS_MESSAGE {
        @Override
        public WorkQueue queue(WorkQueue queue, World world) {
            return new TwistedQueue(queue) {
                @Override
                public MessageReceipt put(WorkMessage message, Duration delay) {
                    return isOfFollower(message, world)
                            ? new MessageReceipt("later", "later")
                            : super.put(message, delay);
                }
            };
        }

        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    InstanceRow before = world.row(instanceId);
                    WriteOutcome outcome = super.write(instanceId, changes);
                    if (before != null
                            && before.queuedRun() != null
                            && changes.get(0) instanceof ReplaceInstance replace
                            && outcome instanceof WriteOutcome.Written) {
                        world.scheduler().point();
                        world.queue()
                                .put(
                                        WorkMessage.start(
                                                instanceId, replace.row().key().executionId(), WorkMessage.Base.NO_ROW),
                                        Duration.ZERO);
                    }
                    return outcome;
                }
            };
        }
    },

    /** A request for a run that is not answered is sent again, although it may come late. */
    QUEUED_RUN_ASKED_FOR_TWICE {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    try {
                        return super.write(instanceId, changes);
                    } catch (StorageException unanswered) {
                        if (changes.get(0) instanceof QueueRun && changes.size() == 1) {
                            return super.write(instanceId, changes);
                        }
                        throw unanswered;
                    }
                }
            };
        }
    },

    /** That a run was asked for under a key is not kept. */
    KEY_OF_A_QUEUED_RUN_FORGOTTEN {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    boolean queues = changes.get(0) instanceof QueueRun;
                    return super.write(
                            instanceId,
                            changes.stream()
                                    .filter(change -> !(queues && change instanceof InsertReceipt))
                                    .toList());
                }
            };
        }
    },

    /** The run that is to replace a holder does so at once, while the holder lives. */
    REPLACED_AT_ONCE {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    InstanceRow row = world.row(instanceId);
                    if (changes.get(0) instanceof QueueRun queue
                            && changes.stream().anyMatch(InsertInbox.class::isInstance)
                            && row != null
                            && row.incarnation().equals(queue.incarnation())) {
                        InstanceRow next = queue.run().rowAfter(row, row.updatedAt(), row.updatedAt(), "twisted");
                        return super.write(
                                instanceId,
                                List.of(
                                        new ReplaceInstance(
                                                next,
                                                world.table()
                                                        .findRow(instanceId)
                                                        .map(Versioned::etag)
                                                        .orElse("")),
                                        new InsertGate(new Gate(next.key().executionId(), false))));
                    }
                    return super.write(instanceId, changes);
                }
            };
        }
    },

    /** A rewind is written whatever the row has become since it was read. */
    REWIND_UNCONDITIONALLY {
        @Override
        public Plot plot() {
            return AttackScenariosTest.rewoundByTwo();
        }

        @Override
        public List<Rule> rules() {
            return List.of(new Rule(AttackScenariosTest::rewinds, 1, Fault.PAUSE));
        }

        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    if (Rewinds.rewindOf(changes) == null || !(changes.get(0) instanceof ReplaceInstance replace)) {
                        return super.write(instanceId, changes);
                    }
                    List<RowChange> twisted = new ArrayList<>(changes);
                    String etag = world.table()
                            .findRow(instanceId)
                            .map(Versioned::etag)
                            .orElse(replace.etag());
                    twisted.set(0, new ReplaceInstance(replace.row(), etag));
                    return super.write(instanceId, twisted);
                }
            };
        }
    },

    /** A rewind is written first, and its message put then. */
    REWIND_BEFORE_ITS_MESSAGE {
        @Override
        public WorkQueue queue(WorkQueue queue, World world) {
            return new TwistedQueue(queue) {
                @Override
                public MessageReceipt put(WorkMessage message, Duration delay) {
                    InstanceRow row = world.row(message.instanceId());
                    boolean rewinds = message.base() != null && row != null && row.status() == RuntimeStatus.FAILED;
                    return rewinds ? new MessageReceipt("later", "later") : super.put(message, delay);
                }
            };
        }

        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    WriteOutcome outcome = super.write(instanceId, changes);
                    if (Rewinds.rewindOf(changes) != null
                            && changes.get(0) instanceof ReplaceInstance replace
                            && outcome instanceof WriteOutcome.Written) {
                        world.scheduler().point();
                        world.queue()
                                .put(
                                        WorkMessage.wake(
                                                instanceId, replace.row().key().executionId(), null),
                                        Duration.ZERO);
                    }
                    return outcome;
                }
            };
        }
    },

    /** What is late for an execution that has failed comes in when that is rewound: its gate comes back. */
    GATE_COMES_BACK {
        @Override
        public Plot plot() {
            return AttackScenariosTest.rewound(AttackScenariosTest.breakingActors(3), "actor0");
        }

        @Override
        public List<Rule> rules() {
            return Stream.of(1, 1, 1)
                    .map(number -> new Rule(AttackScenariosTest::sentToFailed, number, Fault.LATE))
                    .toList();
        }

        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public Partition load(String instanceId) {
                    return named(super.load(instanceId));
                }

                @Override
                public Partition loadWithoutJournal(String instanceId) {
                    return named(super.loadWithoutJournal(instanceId));
                }

                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    return super.write(
                            instanceId, changes.stream().map(this::ofFirstLife).toList());
                }

                private RowChange ofFirstLife(RowChange change) {
                    if (change instanceof InsertGate insert) {
                        Gate gate = insert.gate();
                        return new InsertGate(new Gate(first(gate.incarnation()), gate.tombstone(), gate.queuedRun()));
                    }
                    if (change instanceof TouchGate touch) {
                        return new TouchGate(first(touch.incarnation()), touch.etag());
                    }
                    if (change instanceof DeleteGate delete) {
                        return new DeleteGate(first(delete.incarnation()), delete.etag());
                    }
                    return change instanceof QueueRun queue
                            ? new QueueRun(first(queue.incarnation()), queue.run())
                            : change;
                }

                /** The gates by the names that they should have. */
                private Partition named(Partition state) {
                    Incarnation incarnation =
                            state.instance().map(row -> row.row().incarnation()).orElse(null);
                    List<Versioned<Gate>> gates = state.gates().stream()
                            .map(gate -> incarnation == null
                                            || !incarnation
                                                    .executionId()
                                                    .equals(gate.row().executionId())
                                    ? gate
                                    : new Versioned<>(
                                            new Gate(
                                                    incarnation,
                                                    gate.row().tombstone(),
                                                    gate.row().queuedRun()),
                                            gate.etag()))
                            .toList();
                    return new Partition(gates, state.inbox(), state.inboxIsWhole(), state.instance(), state.journal());
                }
            };
        }

        private static Incarnation first(Incarnation incarnation) {
            return Incarnation.first(incarnation.executionId());
        }
    },

    /** What an execution failed for is not forgotten when it is rewound. */
    FAILURE_STAYS_IN_FORCE {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    return super.write(instanceId, withFailedCalls(changes, List.of()));
                }
            };
        }
    },

    /** A rewind forgets all that was called, and not only what has failed. */
    COMPLETED_STEPS_FORGOTTEN {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    Stream<String> recorded =
                            world.table().load(instanceId).journal().stream().map(JournalRow::events);
                    Stream<String> fresh = changes.stream()
                            .filter(RowChange.InsertJournal.class::isInstance)
                            .map(change ->
                                    ((RowChange.InsertJournal) change).row().events());
                    List<List<Integer>> calls = Stream.concat(recorded, fresh)
                            .flatMap(events ->
                                    StreamSupport.stream(World.json(events).spliterator(), false))
                            .filter(event -> event.get("type").asText().equals("TaskScheduled"))
                            .map(event -> List.of(event.get("id").asInt()))
                            .toList();
                    return super.write(instanceId, withFailedCalls(changes, calls));
                }
            };
        }
    },

    /** What an execution has called is not terminated with it. */
    CHILDREN_NOT_TERMINATED {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    return changes.get(0) instanceof InsertInbox insert
                                    && insert.row().key().equals("parent-ended")
                            ? new WriteOutcome.Written("", "")
                            : super.write(instanceId, changes);
                }
            };
        }
    },

    /** Of what an execution has called that is skipped which may not have begun, though its start may be on its way. */
    STARTS_OF_CHILDREN_NOT_GIVEN_UP {
        @Override
        public Plot plot() {
            return AttackScenariosTest.family();
        }

        @Override
        public List<Rule> rules() {
            return List.of(new Rule(AttackScenariosTest::childStarts, 1, Fault.CRASH_LATE));
        }

        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    return changes.get(0) instanceof InsertGate insert
                                    && insert.gate().tombstone()
                                    && isOfChild(insert.gate().executionId())
                            ? new WriteOutcome.Written("", "")
                            : super.write(instanceId, changes);
                }
            };
        }

        /** The IDs of all others are made by a process. */
        private static boolean isOfChild(String executionId) {
            return !executionId.startsWith("p");
        }
    },

    /** Nobody looks for what dead workers held. */
    NO_SWEEPS {
        @Override
        public WorkerStore workers(WorkerStore workers, World world) {
            return new ForwardingWorkerStore(workers) {
                @Override
                public List<WorkerRecord> list() {
                    return List.of();
                }
            };
        }
    };

    /** Whether the message is that of a run which is to follow who has the ID. */
    private static boolean isOfFollower(WorkMessage message, World world) {
        InstanceRow row = world.row(message.instanceId());
        return row != null
                && row.queuedRun() != null
                && QueuedRun.keyAfter(row.key()).executionId().equals(message.executionId());
    }

    /** The changes, with other calls that have failed where an execution ends. */
    private static List<RowChange> withFailedCalls(List<RowChange> changes, List<List<Integer>> calls) {
        return changes.stream()
                .map(change -> {
                    if (!(change instanceof RowChange.InsertJournal insert)
                            || !insert.row().events().contains("failedCalls")) {
                        return change;
                    }
                    JsonNode events = World.json(insert.row().events());
                    for (JsonNode event : events) {
                        if (event.has("failedCalls")) {
                            ((ObjectNode) event).set("failedCalls", World.json(World.write(calls)));
                        }
                    }
                    return new RowChange.InsertJournal(
                            new JournalRow(insert.row().key(), insert.row().number(), World.write(events)));
                })
                .toList();
    }

    private static boolean isStart(WorkMessage message) {
        return message.reason() == Reason.START;
    }

    private static @Nullable InstanceRow inserted(List<RowChange> changes) {
        return changes.get(0) instanceof InsertInstance insert ? insert.row() : null;
    }
}
