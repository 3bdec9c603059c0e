package dev.soliton.sim;

import static dev.soliton.client.ConflictPolicy.RUN_AFTER;
import static dev.soliton.client.ConflictPolicy.TERMINATE_EXISTING;
import static dev.soliton.sim.Fault.CRASH;
import static dev.soliton.sim.Fault.CRASH_AFTER;
import static dev.soliton.sim.Fault.CRASH_LATE;
import static dev.soliton.sim.Fault.LATE;
import static dev.soliton.sim.Fault.LOST_ANSWER;
import static dev.soliton.sim.Fault.LOST_REQUEST;
import static dev.soliton.sim.Fault.PAUSE;
import static dev.soliton.sim.Fault.PAUSE_AFTER;
import static dev.soliton.sim.Fault.SLOW_REQUEST;
import static dev.soliton.sim.Program.Kind.ACTIVITY;
import static dev.soliton.sim.Program.Kind.BROKEN;
import static dev.soliton.sim.Program.Kind.BROKEN_FAN;
import static dev.soliton.sim.Program.Kind.CHILD;
import static dev.soliton.sim.Program.Kind.CONTINUE;
import static dev.soliton.sim.Program.Kind.RACE;
import static dev.soliton.sim.Program.Kind.SEND;
import static dev.soliton.sim.Program.Kind.TIMER;
import static dev.soliton.sim.Program.Kind.UNDONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.sim.App.Actor;
import dev.soliton.sim.Call.Verb;
import dev.soliton.sim.Program.Step;
import dev.soliton.sim.Simulation.Result;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.RowChange;
import dev.soliton.store.RowChange.DeleteGate;
import dev.soliton.store.RowChange.DeleteInstance;
import dev.soliton.store.RowChange.InsertGate;
import dev.soliton.store.RowChange.InsertInbox;
import dev.soliton.store.RowChange.InsertInstance;
import dev.soliton.store.RowChange.QueueRun;
import dev.soliton.store.RowChange.ReplaceInstance;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WorkMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Interleavings that broke protocols like this one, each made by faults at certain calls. The rest is left to chance, so
 * that each is tried in many ways; that it came to the faults at all is checked, too.
 */
@Tag("full")
final class AttackScenariosTest {
    private static final int SEEDS = 60;
    private static final int SEEDS_OF_SPLITS = 20;

    /**
     * A scenario.
     *
     * @param plot what there is
     * @param attacks the faults, each tried by itself
     */
    record Scenario(Plot plot, List<Attack> attacks) {}

    /** A fault at the n-th call that fits, and at those that follow it. */
    record Attack(Predicate<Call> calls, Fault fault, int number, int times) {
        List<Rule> rules() {
            return IntStream.range(0, times)
                    .mapToObj(time -> new Rule(calls, time == 0 ? number : 1, fault))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void promisesHoldUnderEachAttack(Scenario scenario) {
        play(scenario, SEEDS, Set.of(), true);
    }

    /** With more writes than one for most commits, not each scenario comes to its fault. */
    @ParameterizedTest
    @MethodSource("scenarios")
    void promisesHoldUnderEachAttackOnCommitsOfSeveralWrites(Scenario scenario) {
        play(scenario, SEEDS_OF_SPLITS, Set.of(Ability.SPLITS), false);
    }

    private static void play(Scenario scenario, int seeds, Set<Ability> abilities, boolean isToCome) {
        Simulation simulation = new Simulation();
        for (Attack attack : scenario.attacks()) {
            boolean applied = false;
            for (long seed = 1; seed <= seeds; seed++) {
                List<Rule> rules = new ArrayList<>();
                Result result = simulation.run(
                        seed,
                        () -> {
                            rules.clear();
                            rules.addAll(attack.rules());
                            return World.Setup.of(rules, abilities);
                        },
                        () -> new Play(scenario.plot()));
                assertThat(result.violation()).as(result.report()).isNull();
                applied |= rules.get(0).isApplied();
            }
            assertThat(applied || !isToCome)
                    .as("it came to " + attack.fault() + " at call " + attack.number())
                    .isTrue();
        }
    }

    static Stream<Named<Scenario>> scenarios() {
        return Stream.of(
                of(
                        "paused starter",
                        jobs(2, act()),
                        on(AttackScenariosTest::inserts, PAUSE, LATE, CRASH_LATE, CRASH_AFTER)),
                of(
                        "was it mine",
                        jobs(2, act(), act()),
                        on(AttackScenariosTest::inserts, LOST_ANSWER, LOST_REQUEST, LATE)),
                of(
                        "was it mine, after continue-as-new",
                        actors(2, 1, false),
                        on(AttackScenariosTest::inserts, LOST_ANSWER, PAUSE_AFTER)),
                of("death without ownership", jobs(2, act()), on(verb(Verb.RECEIVE), CRASH_AFTER, PAUSE_AFTER)),
                of("lease never acquired", jobs(2, act()), on(verb(Verb.REGISTER), CRASH_AFTER, CRASH_LATE, LATE)),
                of(
                        "late claim of a swept worker",
                        jobs(2, act()),
                        on(AttackScenariosTest::claims, PAUSE, LATE, CRASH_LATE, LOST_ANSWER)),
                of(
                        "short timer, slow commit",
                        jobs(2, timer(2_500)),
                        on(AttackScenariosTest::setsTimer, SLOW_REQUEST, PAUSE, LATE)),
                of(
                        "timer met while owned",
                        jobs(2, timer(2_500), race(2_400)),
                        on(AttackScenariosTest::releases, SLOW_REQUEST, PAUSE)),
                of(
                        "crash at release",
                        actors(3, 3, true),
                        on(AttackScenariosTest::releases, CRASH, CRASH_AFTER, CRASH_LATE, LOST_ANSWER)),
                of(
                        "work left, and overtaken",
                        deployed(),
                        on(AttackScenariosTest::handsOn, SLOW_REQUEST, LATE, CRASH_LATE, LOST_REQUEST)),
                of(
                        "continue-as-new, then crash",
                        jobs(1, timer(2_500), step(CONTINUE), act()),
                        on(AttackScenariosTest::laterGeneration, CRASH_AFTER, CRASH_LATE, LATE, LOST_ANSWER)),
                of(
                        "living worker, dead turn",
                        actors(2, 1, true),
                        List.of(
                                new Attack(AttackScenariosTest::commits, LOST_REQUEST, 2, 6),
                                new Attack(AttackScenariosTest::commits, LATE, 2, 6),
                                new Attack(AttackScenariosTest::commits, LOST_ANSWER, 3, 6))),
                of(
                        "a generation whose commit is never answered",
                        jobs(1, act(), step(CONTINUE), act()),
                        List.of(
                                new Attack(AttackScenariosTest::laterGeneration, LOST_REQUEST, 1, 5),
                                new Attack(AttackScenariosTest::laterGeneration, LATE, 1, 5))),
                of(
                        "the sweeper hides the dead",
                        crashing(),
                        on(verb(Verb.DECLARE_DEAD), PAUSE_AFTER, LOST_ANSWER, LATE)),
                of("the sweeper stops between", crashing(), on(verb(Verb.SCAN), PAUSE, LOST_REQUEST)),
                of("cached verdict", crashing(), on(verb(Verb.STATE), PAUSE_AFTER, SLOW_REQUEST)),
                of("activity outlives its run", stubborn(), on(verb(Verb.RENEW), PAUSE, CRASH)),
                of(
                        "repeated eventId",
                        actors(2, 1, false),
                        on(AttackScenariosTest::inbox, LOST_ANSWER, LATE, CRASH_AFTER, CRASH_LATE)),
                of("wake lost", actors(2, 2, false), on(AttackScenariosTest::wakes, LOST_REQUEST, LATE, LOST_ANSWER)),
                of("paged inbox", paged(), on(AttackScenariosTest::commits, SLOW_REQUEST, CRASH_AFTER)),
                of("suspended and full", suspended(), on(AttackScenariosTest::commits, CRASH_AFTER, LOST_ANSWER, LATE)),
                of(
                        "sendEvent and crash",
                        sending(),
                        on(AttackScenariosTest::sent, CRASH, CRASH_AFTER, CRASH_LATE, LOST_ANSWER, LATE)),
                of(
                        "two replays, two children",
                        racing(),
                        on(AttackScenariosTest::commits, CRASH, CRASH_AFTER, LATE, SLOW_REQUEST)),
                of(
                        "child done in an unclaimed turn",
                        jobs(1, child("job0-child", timer(2_500)), child("job0-child", act())),
                        on(AttackScenariosTest::childEnds, CRASH, CRASH_AFTER, CRASH_LATE, LOST_ANSWER, LATE)),
                of(
                        "further run overtaken",
                        followed(jobs(1, act(), timer(2_500)), RUN_AFTER),
                        on(
                                AttackScenariosTest::endsFollowed,
                                PAUSE_AFTER,
                                CRASH,
                                CRASH_AFTER,
                                CRASH_LATE,
                                LATE,
                                LOST_ANSWER)),
                of(
                        "further run, stale copy",
                        followed(jobs(1, act(2_001), act()), RUN_AFTER),
                        Stream.of(1, 2)
                                .flatMap(number -> Stream.of(SLOW_REQUEST, LATE, PAUSE, LOST_ANSWER, CRASH_LATE)
                                        .map(fault -> new Attack(AttackScenariosTest::queues, fault, number, 1)))
                                .toList()),
                of(
                        "message before the further run",
                        followed(jobs(1, act(), timer(2_500)), RUN_AFTER, TERMINATE_EXISTING),
                        on(AttackScenariosTest::gives, PAUSE, CRASH, CRASH_AFTER, CRASH_LATE, LATE, LOST_ANSWER)),
                of(
                        "message of the further run lost",
                        followed(jobs(1, act()), RUN_AFTER),
                        on(AttackScenariosTest::startsFollower, LOST_REQUEST, LOST_ANSWER, LATE, CRASH_AFTER)),
                of(
                        "replaced while a stubborn activity runs",
                        followed(jobs(1, act(40_000), act()), TERMINATE_EXISTING),
                        List.of(
                                new Attack(AttackScenariosTest::gives, CRASH, 1, 1),
                                new Attack(AttackScenariosTest::endsFollowed, LOST_ANSWER, 1, 1),
                                new Attack(verb(Verb.RENEW), PAUSE, 1, 1))),
                of(
                        "terminate without its message",
                        followed(jobs(1, act(20_001), act()), TERMINATE_EXISTING),
                        on(AttackScenariosTest::wakes, LOST_REQUEST, LATE, LOST_ANSWER, CRASH_LATE)),
                of(
                        "child that is followed",
                        followedChild(),
                        on(AttackScenariosTest::childEnds, PAUSE, CRASH, CRASH_AFTER, CRASH_LATE, LOST_ANSWER, LATE)),
                of(
                        "followed child gives the ID away",
                        followedChild(),
                        on(AttackScenariosTest::gives, PAUSE, CRASH, CRASH_AFTER, LOST_ANSWER, LATE)),
                of(
                        "further run of later generations",
                        followed(jobs(1, act(), step(CONTINUE), timer(2_500), step(CONTINUE), act()), RUN_AFTER),
                        on(AttackScenariosTest::laterGeneration, PAUSE, CRASH_AFTER, CRASH_LATE, LATE, LOST_ANSWER)),
                of(
                        "further run of one that stands still",
                        followedAndSuspended(),
                        on(AttackScenariosTest::queues, PAUSE, LATE, LOST_ANSWER)),
                of(
                        "further run of one that is terminated",
                        followedAndTerminated(),
                        on(AttackScenariosTest::endsFollowed, PAUSE_AFTER, CRASH_AFTER, LATE, LOST_ANSWER)),
                of(
                        "further run that is delayed",
                        followedWithDelay(),
                        on(AttackScenariosTest::gives, PAUSE, CRASH_AFTER, LATE, LOST_ANSWER)),
                of(
                        "further run and purge",
                        followedAndPurged(),
                        on(AttackScenariosTest::purges, PAUSE, LATE, LOST_ANSWER, CRASH_LATE)),
                of(
                        "start of a child that is repeated",
                        jobs(1, child("job0-child", act()), child("job0-child", act())),
                        on(
                                AttackScenariosTest::childStarts,
                                CRASH,
                                CRASH_AFTER,
                                CRASH_LATE,
                                LOST_REQUEST,
                                LOST_ANSWER,
                                LATE)),
                of(
                        "rewind and crash",
                        rewoundByTwo(),
                        on(AttackScenariosTest::rewinds, PAUSE, CRASH, CRASH_AFTER, CRASH_LATE, LATE, LOST_ANSWER)),
                of(
                        "message of a rewind",
                        rewound(jobs(1, act(), broken(1)), "job0"),
                        on(AttackScenariosTest::promises, LOST_REQUEST, LOST_ANSWER, LATE, CRASH_AFTER, PAUSE_AFTER)),
                of(
                        "mark of a rewind",
                        rewound(jobs(1, act(), step(BROKEN_FAN, 3), step(UNDONE, 4), act()), "job0", "job0"),
                        on(AttackScenariosTest::marks, CRASH, CRASH_AFTER, CRASH_LATE, LATE, LOST_ANSWER)),
                of(
                        "claim of one that was rewound",
                        rewound(jobs(1, act(), broken(3), step(CONTINUE), broken(1)), "job0", "job0"),
                        on(AttackScenariosTest::claimsRewound, PAUSE, CRASH_AFTER, LATE, LOST_ANSWER)),
                of(
                        "rewind against a start",
                        rewound(followed(jobs(1, act(), broken(1)), ConflictPolicy.values()), "job0", "job0"),
                        on(AttackScenariosTest::rewinds, PAUSE, SLOW_REQUEST, LATE, CRASH_LATE, LOST_ANSWER)),
                of(
                        "run that is to follow one that fails",
                        rewound(followed(jobs(1, act(), broken(1)), RUN_AFTER, TERMINATE_EXISTING), "job0", "job0"),
                        on(AttackScenariosTest::queues, SLOW_REQUEST, LATE, CRASH_LATE, LOST_ANSWER)),
                of(
                        "rewind against purge and restart",
                        purgedAndRestarted(rewound(jobs(1, act(), broken(1)), "job0", "job0")),
                        on(AttackScenariosTest::rewinds, PAUSE, SLOW_REQUEST, LATE, CRASH_LATE)),
                of(
                        "rewound parent of a child that is rewound",
                        rewound(
                                jobs(1, child("job0-child", act(), broken(3)), child("job0-child", broken(1))),
                                "job0",
                                "job0-child"),
                        on(AttackScenariosTest::rewinds, PAUSE, CRASH_AFTER, LATE, LOST_ANSWER)),
                of(
                        "sent to one that fails and is rewound",
                        rewound(breakingActors(3), "actor0"),
                        Stream.of(1, 2)
                                .flatMap(number -> Stream.of(LATE, CRASH_LATE, SLOW_REQUEST, PAUSE)
                                        .map(fault -> new Attack(AttackScenariosTest::sentToFailed, fault, number, 1)))
                                .toList()),
                of(
                        "end of a family",
                        family(),
                        on(AttackScenariosTest::tellsChildren, CRASH, CRASH_AFTER, CRASH_LATE, LATE, LOST_ANSWER)),
                of(
                        "child that begins as its family ends",
                        family(),
                        Stream.of(1, 2)
                                .flatMap(number -> Stream.of(PAUSE, LATE, CRASH_LATE, SLOW_REQUEST, LOST_ANSWER)
                                        .map(fault -> new Attack(AttackScenariosTest::childStarts, fault, number, 1)))
                                .toList()),
                of(
                        "end of the first of a family",
                        family(),
                        on(AttackScenariosTest::terminates, CRASH, CRASH_LATE, LATE, LOST_ANSWER, SLOW_REQUEST)));
    }

    private static Named<Scenario> of(String name, Plot plot, List<Attack> attacks) {
        return Named.of(name, new Scenario(plot, attacks));
    }

    /** Each of the faults at the first of the calls. */
    private static List<Attack> on(Predicate<Call> calls, Fault... faults) {
        return Stream.of(faults).map(fault -> new Attack(calls, fault, 1, 1)).toList();
    }

    // Plots

    static Plot jobs(int starters, Step... steps) {
        return (play, world) -> {
            processes(world);
            play.job(world, "job0", new Program("", List.of(steps), List.of()), starters);
            if (Stream.of(steps).anyMatch(step -> step.kind() == RACE)) {
                play.racer(world, "job0");
            }
        };
    }

    static Plot actors(int senders, int perGeneration, boolean works) {
        return (play, world) -> {
            processes(world);
            play.actor(world, "actor0", new Actor("", List.of(), perGeneration, works), 2, senders);
        };
    }

    /** A process dies, while an instance has a long activity, and somebody sends to it. */
    private static Plot crashing() {
        return (play, world) -> {
            processes(world);
            play.actor(world, "actor0", new Actor("", List.of(), 2, true), 1, 3);
            play.job(world, "job0", new Program("", List.of(act(40_001), act()), List.of()), 1);
            world.scheduler()
                    .at(4_000_000_000L, () -> List.copyOf(world.processes()).forEach(SimProcess::crash));
        };
    }

    private static Plot deployed() {
        return (play, world) -> {
            jobs(1, act(20_001), act()).cast(play, world);
            play.deployer(world);
        };
    }

    private static Plot stubborn() {
        return (play, world) -> {
            jobs(1, act(60_000), act()).cast(play, world);
            play.terminator(world, "job0");
        };
    }

    private static Plot paged() {
        return (play, world) -> {
            play.readInboxInPartsOf(world, 2);
            suspended().cast(play, world);
        };
    }

    private static Plot suspended() {
        return (play, world) -> {
            actors(3, 2, true).cast(play, world);
            play.suspender(world, "actor0");
            play.suspender(world, "actor0");
        };
    }

    private static Plot sending() {
        return (play, world) -> {
            actors(1, 2, false).cast(play, world);
            Step send = new Step(SEND, 0, "actor0", null);
            play.job(world, "job0", new Program("", List.of(timer(3_000), send, send, act(), send), List.of()), 1);
        };
    }

    private static Plot racing() {
        Program child = new Program("", List.of(act()), List.of());
        return jobs(1, new Step(RACE, 6_000, null, child), new Step(RACE, 6_000, null, child));
    }

    /** Two ask for runs by those policies. */
    private static Plot followed(Plot plot, ConflictPolicy... policies) {
        return (play, world) -> {
            plot.cast(play, world);
            play.asker(world, "job0", 3, policies);
            play.asker(world, "job0", 2, policies);
        };
    }

    private static Plot followedChild() {
        return (play, world) -> {
            Program child = new Program("", List.of(act(4_001), act()), List.of());
            play.child("job0-child", child);
            jobs(1, new Step(CHILD, 0, "job0-child", child), act()).cast(play, world);
            play.askerOfChild(world, "job0-child", 2, RUN_AFTER);
            play.askerOfChild(world, "job0-child", 2, RUN_AFTER);
        };
    }

    private static Plot followedAndSuspended() {
        return (play, world) -> {
            followed(jobs(1, act(), timer(4_000)), RUN_AFTER, TERMINATE_EXISTING)
                    .cast(play, world);
            play.suspender(world, "job0");
        };
    }

    private static Plot followedAndTerminated() {
        return (play, world) -> {
            followed(jobs(1, act(), timer(20_000)), RUN_AFTER).cast(play, world);
            play.terminator(world, "job0");
        };
    }

    private static Plot followedWithDelay() {
        return (play, world) -> {
            followed(jobs(1, act()), TERMINATE_EXISTING).cast(play, world);
            play.asker(world, "job0", 4, TERMINATE_EXISTING, RUN_AFTER);
        };
    }

    static Plot followedAndPurged() {
        return (play, world) -> {
            followed(jobs(1, act()), RUN_AFTER, TERMINATE_EXISTING).cast(play, world);
            play.purger(world, "job0", 5);
            play.purger(world, "job0", 5);
        };
    }

    /** Instances are rewound when they have failed, each by one who looks, three times. */
    static Plot rewound(Plot plot, String... ids) {
        return (play, world) -> {
            plot.cast(play, world);
            for (String id : ids) {
                play.rewinder(world, id, 3);
            }
        };
    }

    private static Plot purgedAndRestarted(Plot plot) {
        return (play, world) -> {
            plot.cast(play, world);
            play.purger(world, "job0", 2);
            play.restarter(world, "job0");
        };
    }

    /** Two look for a job that fails, and rewind it. */
    static Plot rewoundByTwo() {
        return rewound(jobs(1, act(), broken(1), act()), "job0", "job0");
    }

    /** The second letter breaks the actor until it is rewound. */
    static Plot breakingActors(int senders) {
        return (play, world) -> {
            processes(world);
            play.actor(world, "actor0", new Actor("", List.of(), 3, true, 2), 1, senders);
        };
    }

    /** A job calls another, which calls a third, and somebody terminates all of them. */
    static Plot family() {
        return (play, world) -> {
            jobs(1, child("job0-child", act(), child("job0-child-child", act(9_001), timer(60_000)), timer(60_000)))
                    .cast(play, world);
            play.terminator(world, "job0", Duration.ofSeconds(6), true);
        };
    }

    private static void processes(World world) {
        world.startProcess("p1");
        world.startProcess("p2");
    }

    private static Step step(Program.Kind kind) {
        return step(kind, 0);
    }

    private static Step step(Program.Kind kind, int number) {
        return new Step(kind, number, null, null);
    }

    /** An activity that fails until it is rewound once, or twice from 3 on; where the number is even it is tried again. */
    private static Step broken(int number) {
        return step(BROKEN, number);
    }

    static Step act() {
        return act(301);
    }

    /** An activity of so many milliseconds; where five divides them it does not heed its interruption. */
    static Step act(int millis) {
        return new Step(ACTIVITY, millis, null, null);
    }

    static Step timer(int millis) {
        return new Step(TIMER, millis, null, null);
    }

    private static Step race(int millis) {
        return new Step(RACE, millis, null, null);
    }

    private static Step child(String id, Step... steps) {
        return new Step(CHILD, 0, id, new Program("", List.of(steps), List.of()));
    }

    // Calls

    private static Predicate<Call> verb(Verb verb) {
        return call -> call.verb() == verb;
    }

    private static boolean inserts(Call call) {
        return first(call) instanceof InsertInstance insert && insert.row().parent() == null;
    }

    static boolean childStarts(Call call) {
        RowChange first = first(call);
        InstanceRow row = first instanceof InsertInstance insert ? insert.row() : replaced(call);
        return row != null
                && row.parent() != null
                && row.progress().journalRows() == 0
                && changes(call).size() == 3;
    }

    private static boolean claims(Call call) {
        InstanceRow row = replaced(call);
        return row != null && changes(call).size() == 1 && row.ownership().owner() != null;
    }

    private static boolean commits(Call call) {
        return replaced(call) != null && changes(call).size() > 1;
    }

    static boolean releases(Call call) {
        return commits(call) && changes(call).stream().anyMatch(RowChange.TouchGate.class::isInstance);
    }

    static boolean setsTimer(Call call) {
        InstanceRow row = replaced(call);
        return row != null && row.progress().nextDue() != null;
    }

    private static boolean handsOn(Call call) {
        InstanceRow row = replaced(call);
        return row != null
                && row.progress().nextDue() != null
                && row.progress().nextDue().toEpochMilli() == 0
                && row.ownership().owner() == null;
    }

    private static boolean laterGeneration(Call call) {
        InstanceRow row = replaced(call);
        return row != null && row.key().generation() == 1 && row.progress().journalRows() == 1;
    }

    private static boolean queues(Call call) {
        return first(call) instanceof QueueRun;
    }

    /** The end of an execution that another is to follow. */
    private static boolean endsFollowed(Call call) {
        InstanceRow row = replaced(call);
        return row != null && row.queuedRun() != null && changes(call).stream().anyMatch(DeleteGate.class::isInstance);
    }

    /** The write that makes the row that of the run that was to follow. */
    private static boolean gives(Call call) {
        return replaced(call) != null
                && changes(call).stream().anyMatch(InsertGate.class::isInstance)
                && changes(call).size() == 3
                && call.process().made(Objects.requireNonNull(replaced(call)).commitId())
                && !call.process()
                        .made(Objects.requireNonNull(replaced(call)).key().executionId())
                && Objects.requireNonNull(replaced(call)).parent() == null;
    }

    private static boolean startsFollower(Call call) {
        return call.subject() instanceof WorkMessage message
                && message.reason() == WorkMessage.Reason.START
                && message.base() != null
                && message.attempt() == 0
                && !call.process().made(message.executionId());
    }

    static boolean rewinds(Call call) {
        return changes(call).stream()
                .anyMatch(change ->
                        change instanceof InsertInbox insert && insert.row().item() instanceof InboxItem.Rewind);
    }

    /** A wake that names the state of its promise. */
    private static boolean promises(Call call) {
        return wakes(call) && ((WorkMessage) Objects.requireNonNull(call.subject())).base() != null;
    }

    private static boolean marks(Call call) {
        return changes(call).stream()
                .anyMatch(change -> change instanceof RowChange.InsertJournal insert
                        && insert.row().events().contains("ExecutionRewound"));
    }

    private static boolean claimsRewound(Call call) {
        InstanceRow row = replaced(call);
        return claims(call) && row != null && row.rewinds() > 0;
    }

    private static boolean tellsChildren(Call call) {
        return first(call) instanceof InsertInbox insert && insert.row().key().equals("parent-ended");
    }

    static boolean terminates(Call call) {
        InstanceRow row = replaced(call);
        return row != null
                && row.status() == RuntimeStatus.TERMINATED
                && changes(call).stream().anyMatch(DeleteGate.class::isInstance);
    }

    static boolean purges(Call call) {
        return first(call) instanceof DeleteInstance;
    }

    private static boolean inbox(Call call) {
        return first(call) instanceof InsertInbox;
    }

    /** What is sent to an execution that is over and can be rewound, by somebody who does not know that. */
    static boolean sentToFailed(Call call) {
        InstanceRow row = call.process().world().row(call.instanceId());
        return inbox(call) && row != null && row.status() == RuntimeStatus.FAILED;
    }

    private static boolean sent(Call call) {
        return first(call) instanceof InsertInbox insert && insert.row().key().startsWith("sent-");
    }

    private static boolean childEnds(Call call) {
        return first(call) instanceof InsertInbox insert && insert.row().key().startsWith("child-");
    }

    private static boolean wakes(Call call) {
        return call.subject() instanceof WorkMessage message && message.reason() == WorkMessage.Reason.WAKE;
    }

    private static @Nullable InstanceRow replaced(Call call) {
        return first(call) instanceof ReplaceInstance replace ? replace.row() : null;
    }

    private static @Nullable RowChange first(Call call) {
        List<?> changes = changes(call);
        return changes.isEmpty() ? null : (RowChange) changes.get(0);
    }

    private static List<?> changes(Call call) {
        return call.subject() instanceof List<?> changes ? changes : List.of();
    }
}
