package dev.soliton.sim;

import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.ForwardingWorkerStore;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InboxRow;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import dev.soliton.store.PayloadStore;
import dev.soliton.store.RowChange;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WorkerStore;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Bugs that come out only where a world has more than the simplest, see {@link Ability}. */
enum LargerWorldBugs implements PlantedBug {

    /** A value is stored when the row that refers to it may be there. */
    VALUES_WRITTEN_LATE(Ability.BLOBS) {
        @Override
        public PayloadStore texts(PayloadStore texts, World world) {
            return new PayloadStore() {
                @Override
                public void put(String name, String json) {
                    world.scheduler()
                            .in(Duration.ofSeconds(1), () -> world.texts().put(name, json));
                }

                @Override
                public String get(String name) {
                    return texts.get(name);
                }

                @Override
                public void deleteAll(String folder) {
                    texts.deleteAll(folder);
                }

                @Override
                public void delete(String name) {
                    texts.delete(name);
                }
            };
        }
    },

    /** Gates are read last, and taken for those that the inbox was read under. */
    GATES_READ_LAST(Ability.PAGES) {
        @Override
        public boolean readsGatesLast() {
            return true;
        }
    },

    /** The message of a timer names a state that the row had before the promise was about to be written. */
    TIMER_NAMES_AN_EARLIER_STATE(Ability.SPLITS) {
        @Override
        public Plot plot() {
            return AttackScenariosTest.jobs(2, AttackScenariosTest.act(), AttackScenariosTest.timer(2_500));
        }

        @Override
        public List<Rule> rules() {
            return List.of(new Rule(AttackScenariosTest::setsTimer, 1, Fault.SLOW_REQUEST));
        }

        @Override
        public WorkQueue queue(WorkQueue queue, World world) {
            return new TwistedQueue(queue) {
                @Override
                public MessageReceipt put(WorkMessage message, Duration delay) {
                    return super.put(
                            message.due() == null || message.base() == null
                                    ? message
                                    : new WorkMessage(
                                            message.instanceId(),
                                            message.executionId(),
                                            message.reason(),
                                            message.due(),
                                            new WorkMessage.Base("W/\"0\""),
                                            message.attempt(),
                                            message.givenUp(),
                                            message.failures()),
                            delay);
                }
            };
        }
    },

    /**
     * A worker that finds its record marked which it has just made works under it all the same, see {@link
     * MarkedRecord}.
     */
    MARKED_SIGN_USED(Ability.TWO_STEP_SIGNS) {
        @Override
        public Plot plot() {
            return MarkedRecord.plot();
        }

        @Override
        public WorkerStore workers(WorkerStore workers, World world) {
            return new ForwardingWorkerStore(workers) {
                @Override
                public String register(String worker, Duration lease) {
                    try {
                        return super.register(worker, lease);
                    } catch (StorageException refused) {
                        if (world.workers().stateOf(worker).isDead()) {
                            return STOLEN;
                        }
                        throw refused;
                    }
                }

                @Override
                public boolean renew(String worker, String leaseId) {
                    return leaseId.equals(STOLEN) || super.renew(worker, leaseId);
                }
            };
        }
    },

    /** A lease is so short that one slow renewal ends it. */
    LEASE_WITHOUT_ROOM(Ability.SLOW_RENEWALS) {
        @Override
        public EngineLimits limits(EngineLimits limits) {
            return new EngineLimits(
                    limits.maxEvents(),
                    Duration.ofSeconds(6),
                    limits.functionTimeout(),
                    limits.sharing(),
                    limits.writes());
        }
    },

    /** A process does not know when its host ends it. */
    TIMEOUT_NOT_KNOWN(Ability.SHORT_TIMEOUT) {
        @Override
        public Plot plot() {
            return AttackScenariosTest.jobs(
                    1,
                    AttackScenariosTest.act(60_001),
                    AttackScenariosTest.act(60_001),
                    AttackScenariosTest.act(60_001));
        }

        @Override
        public EngineLimits limits(EngineLimits limits) {
            return new EngineLimits(
                    limits.maxEvents(), limits.lease(), Duration.ofMinutes(10), limits.sharing(), limits.writes());
        }
    },

    /** Who lacks an orchestrator drops what is for it. */
    DROPPED_BY_WHO_LACKS_IT(Ability.MISSING_ORCHESTRATORS) {
        @Override
        public WorkQueue queue(WorkQueue queue, World world) {
            return withoutWhatOthersPutBack(queue, world);
        }
    },

    /** Who cannot read a journal drops what is for it. */
    DROPPED_BY_WHO_CANNOT_READ_IT(Ability.OLDER_JOURNALS) {
        @Override
        public WorkQueue queue(WorkQueue queue, World world) {
            return withoutWhatOthersPutBack(queue, world);
        }
    },

    /** An instance fails as soon as it meets code that does not fit its journal. */
    DIVERGENCE_ENDS_IT(Ability.CHANGED_CODE) {
        @Override
        public EngineLimits limits(EngineLimits limits) {
            return limits.withDivergence(Duration.ZERO);
        }
    },

    /** The version of a change that an execution follows is not recorded. */
    MARKS_FORGOTTEN(Ability.CHANGED_CODE) {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    return super.write(
                            instanceId,
                            changes.stream().map(LargerWorldBugs::withoutMarks).toList());
                }
            };
        }
    },

    /** The clock that nobody sets is set with the other. */
    ONE_CLOCK_ONLY(Ability.JUMPING_CLOCKS) {
        @Override
        public Duration elapsed(SimProcess process, Duration elapsed) {
            return elapsed.plus(process.jumped());
        }
    },

    /** Fences begin at the clock of the process that accepts a start. */
    FENCE_BY_THE_OWN_CLOCK(Ability.RETENTION, Ability.JUMPING_CLOCKS) {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public Instant serviceTime() {
                    SimProcess actor = world.scheduler().actor();
                    return actor == null ? super.serviceTime() : actor.time();
                }
            };
        }
    },

    /** Who has lost its host leaves no message, and takes its record back as if it left nothing. */
    LEFT_BY_WHO_LOST_ITS_HOST(Ability.LOST_HOSTS) {
        @Override
        public WorkQueue queue(WorkQueue queue, World world) {
            return new TwistedQueue(queue) {
                @Override
                public MessageReceipt put(WorkMessage message, Duration delay) {
                    return hasNoHost(world) ? new MessageReceipt("lost", "lost") : super.put(message, delay);
                }
            };
        }

        @Override
        public WorkerStore workers(WorkerStore workers, World world) {
            return PlantedBugs.SIGN_TAKEN_BACK_WITH_CLAIMS.workers(workers, world);
        }
    },

    /** Where a line cannot be logged, what is written then is not. */
    LOG_IN_THE_WAY(Ability.HANGING_LOGS) {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    SimProcess actor = world.scheduler().actor();
                    if (actor != null) {
                        actor.logs();
                    }
                    return super.write(instanceId, changes);
                }
            };
        }
    },

    /** An instance is purged whatever it has become since it was seen to have ended. */
    PURGED_UNCONDITIONALLY(Ability.RETENTION) {
        @Override
        public Plot plot() {
            return AttackScenariosTest.followedAndPurged();
        }

        @Override
        public List<Rule> rules() {
            return Stream.of(1, 1, 1)
                    .map(number -> new Rule(AttackScenariosTest::purges, number, Fault.SLOW_REQUEST))
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
                                    .map(change -> change instanceof RowChange.DeleteInstance delete
                                            ? new RowChange.DeleteInstance(world.table()
                                                    .findRow(instanceId)
                                                    .map(Versioned::etag)
                                                    .orElse(delete.etag()))
                                            : change)
                                    .toList());
                }
            };
        }
    },

    /** The ID or the key of an event is not kept if it started the instance. */
    EVENT_THAT_STARTED_FORGOTTEN(Ability.RAISE_OR_START) {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    boolean starts = changes.stream().anyMatch(RowChange.InsertInstance.class::isInstance)
                            && changes.stream().anyMatch(RowChange.InsertInbox.class::isInstance);
                    return super.write(
                            instanceId,
                            changes.stream()
                                    .filter(change -> !(starts
                                            && change instanceof RowChange.InsertReceipt insert
                                            && (insert.row().key().startsWith("event|")
                                                    || insert.row().key().startsWith("start|"))))
                                    .toList());
                }
            };
        }
    },

    /** The end of a sub-orchestration is told to whatever generation of its parent there is. */
    END_TOLD_TO_ANOTHER_GENERATION(Ability.LEFT_CHILDREN) {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    return super.write(
                            instanceId,
                            changes.stream()
                                    .map(change -> ofNow(instanceId, change))
                                    .toList());
                }

                private RowChange ofNow(String instanceId, RowChange change) {
                    InstanceRow row = world.row(instanceId);
                    if (row == null
                            || !(change instanceof RowChange.InsertInbox insert)
                            || !(insert.row().item() instanceof InboxItem.ChildEnded child)) {
                        return change;
                    }
                    InboxRow told = insert.row();
                    return new RowChange.InsertInbox(new InboxRow(
                            told.executionId(),
                            told.key(),
                            told.sequence(),
                            new InboxItem.ChildEnded(
                                    row.key().generation(), child.taskId(), child.result(), child.failure())));
                }
            };
        }
    },

    /** Of an inbox with very much in it the newest is read first. */
    FLOOD_READ_FROM_ITS_END(Ability.FLOODS) {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public Partition load(String instanceId) {
                    return newest(super.load(instanceId));
                }

                @Override
                public Partition loadWithoutJournal(String instanceId) {
                    return newest(super.loadWithoutJournal(instanceId));
                }
            };
        }

        private static Partition newest(Partition state) {
            List<InboxEntry> inbox =
                    state.inbox().stream().sorted(InboxEntry.ORDER).toList();
            return inbox.size() <= FEW
                    ? state
                    : new Partition(
                            state.gates(),
                            inbox.subList(inbox.size() - FEW, inbox.size()),
                            true,
                            state.instance(),
                            state.journal());
        }
    },

    /** Whatever is answered that a record is not there, its worker is taken for dead. */
    NOT_FOUND_TAKEN_FOR_DEAD {
        @Override
        public WorkerStore workers(WorkerStore workers, World world) {
            return new ForwardingWorkerStore(workers) {
                @Override
                public WorkerState stateOf(String worker) {
                    try {
                        return super.stateOf(worker);
                    } catch (StorageException unanswered) {
                        return WorkerState.ABSENT;
                    }
                }
            };
        }
    },

    /** Whatever is answered that a table is not there, an instance is taken for gone. */
    NOT_FOUND_TAKEN_FOR_NOTHING {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public Partition load(String instanceId) {
                    try {
                        return super.load(instanceId);
                    } catch (StorageException unanswered) {
                        return new Partition(List.of(), List.of(), true, Optional.empty(), List.of());
                    }
                }
            };
        }
    },

    /** The first result of an instance is refused as often as it is sent. */
    RESULT_REFUSED_WITHOUT_A_FAULT {
        @Override
        public InstanceStore table(InstanceStore table, World world) {
            Set<String> refused = new HashSet<>();
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    boolean hasResult = changes.stream()
                            .anyMatch(change -> change instanceof RowChange.InsertJournal insert
                                    && insert.row().events().contains("TaskCompleted"));
                    InstanceRow row = world.row(instanceId);
                    String owner = row == null ? null : row.ownership().nonce();
                    if (hasResult && owner != null && (refused.isEmpty() || refused.contains(instanceId + owner))) {
                        refused.add(instanceId + owner);
                        return new WriteOutcome.Conflict();
                    }
                    return super.write(instanceId, changes);
                }
            };
        }
    };

    private static final String STOLEN = "stolen";

    /** So much of an inbox is read. */
    private static final int FEW = 20;

    @SuppressWarnings("ImmutableEnumChecker") // nothing changes it
    private final Set<Ability> abilities;

    LargerWorldBugs(Ability... abilities) {
        this.abilities = Set.of(abilities);
    }

    @Override
    public Set<Ability> abilities() {
        return abilities;
    }

    private static boolean hasNoHost(World world) {
        SimProcess actor = world.scheduler().actor();
        return actor != null && !actor.hasHost();
    }

    private static RowChange withoutMarks(RowChange change) {
        if (!(change instanceof RowChange.InsertJournal insert)) {
            return change;
        }
        JournalRow row = insert.row();
        String events = row.events()
                .replaceAll(",\\{\"type\":\"VersionMarked\"[^}]*}", "")
                .replaceAll("\\{\"type\":\"VersionMarked\"[^}]*},?", "");
        return new RowChange.InsertJournal(new JournalRow(row.key(), row.number(), events));
    }

    /** What processes of another build put back does not arrive. */
    private static WorkQueue withoutWhatOthersPutBack(WorkQueue queue, World world) {
        return new TwistedQueue(queue) {
            @Override
            public MessageReceipt put(WorkMessage message, Duration delay) {
                return isOfAnotherBuild(world) && message.attempt() > 0
                        ? new MessageReceipt("dropped", "dropped")
                        : super.put(message, delay);
            }
        };
    }

    private static boolean isOfAnotherBuild(World world) {
        SimProcess actor = world.scheduler().actor();
        return actor != null && actor.build() != Build.NEWEST;
    }
}
