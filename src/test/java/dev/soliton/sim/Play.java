package dev.soliton.sim;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.client.RewindOutcome;
import dev.soliton.client.SignalOutcome;
import dev.soliton.client.StartOptions;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.sim.App.Actor;
import dev.soliton.sim.Caller.NoAnswer;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Partition;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WorkerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Some instances, jobs and actors, and callers who start them, send them events, and suspend, resume, terminate and rewind
 * them. In the end all goes well: then each has to come to its end, within minutes, with what it is to return.
 */
final class Play implements Story {
    /** How long everything may take once nothing goes wrong: a message of a process that died comes after ten minutes. */
    private static final Duration PATIENCE = Duration.ofHours(2);

    /** How long it takes at most until an instance goes on whose owner has died. */
    private static final Duration TAKEOVER = Duration.ofSeconds(90);

    /** A message is put back for that long at most. */
    private static final Duration LONGEST_PUT_BACK = Duration.ofSeconds(35);

    /** After so many workers in a row that vanished an instance is failed. */
    private static final int CONVICTED = 10;

    private static final int TRIES = 40;

    /** After so many rewinds at the latest all has completed that is broken. */
    private static final int MOST_REWINDS = 8;

    private final Map<String, Program> programs = new TreeMap<>();
    private final Map<String, Actor> actors = new TreeMap<>();
    private final Set<String> startedByLetters = new HashSet<>();
    private final Set<String> terminated = new HashSet<>();
    private final Set<String> rewound = new TreeSet<>();
    private final Map<String, Post> posts = new HashMap<>();
    private final Plot plot;
    private final Map<String, Program> children = new TreeMap<>();
    private int callers;
    private int askers;
    private int rewinders;
    private boolean readsInParts;

    /** What one sender sent to one actor. */
    private static final class Post {
        /** What was accepted for sure, in the order in which it was sent. */
        final List<String> accepted = new ArrayList<>();

        /** What was sent, and may have come in or not, or may come late. */
        final Set<String> unsure = new HashSet<>();
    }

    Play(Plot plot) {
        this.plot = plot;
    }

    @Override
    public void begin(World world) {
        plot.cast(this, world);
        world.scheduler().begin("closer", null, false, () -> close(world));
    }

    /** There is a job, and so many who start it. */
    void job(World world, String id, Program program, int starters) {
        programs.put(id, program);
        starters(world, id, starters);
    }

    /** There is an actor, and so many who start it, and so many who send it letters. */
    void actor(World world, String id, Actor actor, int starters, int senders) {
        actors.put(id, actor);
        if (world.has(Ability.RAISE_OR_START)) {
            startedByLetters.add(id);
        } else {
            starters(world, id, starters);
        }
        for (int i = 0; i < senders; i++) {
            String sender = id + " from " + i;
            Post post = new Post();
            posts.put(sender, post);
            caller(world, "sender " + sender, caller -> send(caller, id, sender, post));
        }
    }

    private void starters(World world, String id, int starters) {
        for (int i = 0; i < starters; i++) {
            String token = id + "#" + i;
            caller(world, "starter " + token, caller -> start(world, caller, id, token));
        }
    }

    /** Somebody suspends, resumes or terminates an instance now and then, as chance has it. */
    void operator(World world, String id) {
        caller(world, "operator of " + id, caller -> operate(caller, id));
    }

    /** Somebody suspends an instance, and resumes it after a while. */
    void suspender(World world, String id) {
        caller(world, "suspender of " + id, caller -> {
            caller.ask(client -> client.suspend(id, null));
            caller.idle(Duration.ofSeconds(30));
            caller.ask(client -> client.resume(id, null));
        });
    }

    /** Somebody floods an actor that is suspended. */
    void flooder(World world, String id) {
        String sender = id + " from the flood";
        Post post = new Post();
        posts.put(sender, post);
        caller(world, "sender " + sender, caller -> flood(caller, id, sender, post));
    }

    /** Somebody terminates an instance. */
    void terminator(World world, String id) {
        terminator(world, id, Duration.ofSeconds(5), false);
    }

    /**
     * Somebody terminates an instance, at most that long after it was seen to be live.
     *
     * @param recursive whether those that it has called are to end, too
     */
    void terminator(World world, String id, Duration most, boolean recursive) {
        caller(world, "terminator of " + id, caller -> {
            if (caller.awaitUntil(() -> world.isLive(id), world.scheduler().now() + TAKEOVER.toNanos())) {
                caller.idle(most);
                terminate(caller, id, recursive);
            }
        });
    }

    /** Somebody lets an instance go on, some times, when it has failed. */
    void rewinder(World world, String id, int times) {
        rewound.add(id);
        String name = id + "<" + rewinders++;
        caller(world, "rewinder " + name, caller -> {
            for (int time = 0; time < times; time++) {
                long deadline = world.scheduler().now() + TAKEOVER.toNanos();
                if (!caller.awaitUntil(() -> hasFailed(world, id), deadline)) {
                    return;
                }
                caller.idle(Duration.ofSeconds(caller.random().nextBoolean() ? 1 : 20));
                rewind(world, caller, id, name + "-" + time);
            }
        });
    }

    /** Somebody asks for runs of a job, some times, by policies that let it run more than once. */
    void asker(World world, String id, int times, ConflictPolicy... policies) {
        String name = id + "*" + askers++;
        if (List.of(policies).contains(ConflictPolicy.TERMINATE_EXISTING)) {
            terminated.add(id);
        }
        Program program = programs.get(id);
        caller(world, "asker " + name, caller -> new Asker(
                        world, caller, id, name, Objects.requireNonNull(program), List.of(policies))
                .ask(times));
    }

    /** The same for a sub-orchestration, once it is there: started before, the job would be in its way. */
    void askerOfChild(World world, String id, int times, ConflictPolicy... policies) {
        String name = id + "*" + askers++;
        Program program = Objects.requireNonNull(children.get(id));
        caller(world, "asker " + name, caller -> {
            if (caller.awaitUntil(() -> world.row(id) != null, world.scheduler().now() + TAKEOVER.toNanos() * 3)) {
                new Asker(world, caller, id, name, program, List.of(policies)).ask(times);
            }
        });
    }

    /** There may be a sub-orchestration of that ID, which is followed by runs of that job. */
    void child(String id, Program program) {
        children.put(id, program);
    }

    /** Somebody removes an instance, some times, if it has ended. */
    void purger(World world, String id, int times) {
        caller(world, "purger of " + id, caller -> {
            for (int time = 0; time < times; time++) {
                caller.idle(Duration.ofSeconds(60));
                caller.ask(client -> client.purge(id));
            }
        });
    }

    /** Somebody starts an instance again, if it has ended. */
    void restarter(World world, String id) {
        world.oracle().mayRestart(id);
        caller(world, "restarter of " + id, caller -> {
            caller.idle(Duration.ofSeconds(60));
            caller.ask(client -> client.restart(id, false));
        });
    }

    /** Somebody sends the events that a race waits for. */
    void racer(World world, String id) {
        caller(world, "racer of " + id, caller -> race(caller, id));
    }

    /** Nobody sees more than so many rows of an inbox at a time, and some may be left when an execution ends. */
    void readInboxInPartsOf(World world, int rows) {
        readsInParts = true;
        world.table().readInboxInPartsOf(rows);
        world.oracle().family().mayLeaveUnread();
    }

    /** Somebody stops all processes in order, once, to start others. */
    void deployer(World world) {
        caller(world, "deployer", caller -> {
            caller.idle(Duration.ofSeconds(20));
            List.copyOf(world.processes()).forEach(SimProcess::stop);
        });
    }

    private Set<String> ids() {
        Set<String> ids = new TreeSet<>(programs.keySet());
        ids.addAll(actors.keySet());
        return ids;
    }

    private interface Request {
        void run(Caller caller) throws NoAnswer;
    }

    private void caller(World world, String name, Request request) {
        callers++;
        Caller caller = new Caller(world);
        world.scheduler().begin(name, null, false, () -> {
            caller.idle(Duration.ofSeconds(3));
            try {
                request.run(caller);
            } catch (NoAnswer enough) {
                world.trace().add(world.scheduler(), () -> name + " gives up: " + enough.getMessage());
            }
            callers--;
        });
    }

    // What callers do

    private void start(World world, Caller caller, String id, String token) {
        for (int attempt = 0; attempt < 4; attempt++) {
            String mine = token + "." + attempt;
            Program program = programs.get(id);
            String input = World.write(
                    program == null ? Objects.requireNonNull(actors.get(id)).named(mine) : program.named(mine));
            String name = program == null ? App.ACTOR : App.PROGRAM;
            try {
                StartOutcome outcome = caller.ask(client -> client.start(new StartRequest(name, id, input)));
                world.trace().add(world.scheduler(), () -> "TOLD " + mine + ": " + outcome);
                if (outcome instanceof StartOutcome.UnknownOrchestrator) {
                    world.oracle().toldRefused(mine);
                    caller.idle(Duration.ofSeconds(2));
                    continue;
                }
                if (outcome instanceof StartOutcome.Started started) {
                    world.oracle().toldStarted(mine, started.executionId());
                } else {
                    world.oracle().toldRefused(mine);
                }
                return;
            } catch (NoAnswer unknown) {
                world.trace().add(world.scheduler(), () -> "TOLD " + mine + ": nothing, " + unknown.getMessage());
                caller.idle(Duration.ofSeconds(2));
            }
        }
    }

    private void operate(Caller caller, String id) throws NoAnswer {
        caller.idle(Duration.ofSeconds(20));
        int deeds = 1 + caller.random().nextInt(3);
        for (int i = 0; i < deeds; i++) {
            switch (caller.random().nextInt(5)) {
                case 0 -> terminate(caller, id, caller.random().nextBoolean());
                case 1, 2 -> caller.ask(client -> client.suspend(id, null));
                default -> caller.ask(client -> client.resume(id, null));
            }
            caller.idle(Duration.ofSeconds(10));
        }
        caller.ask(client -> client.resume(id, null));
    }

    /** Terminates an instance. Where it has ended otherwise, it must not end by that, now or later. */
    private void terminate(Caller caller, String id, boolean recursive) throws NoAnswer {
        try {
            SignalOutcome outcome = caller.ask(client -> client.terminate(id, "enough", recursive));
            // A request that was not answered at first may be what has ended it.
            if (outcome instanceof SignalOutcome.Accepted
                    || (outcome instanceof SignalOutcome.Ended ended
                            && ended.instance().status() == RuntimeStatus.TERMINATED)) {
                terminated.add(id);
            }
        } catch (NoAnswer unknown) {
            terminated.add(id);
            throw unknown;
        }
    }

    private static boolean hasFailed(World world, String id) {
        InstanceRow row = world.row(id);
        return row != null && row.status() == RuntimeStatus.FAILED;
    }

    private static void rewind(World world, Caller caller, String id, String about) {
        for (int attempt = 0; attempt < 4; attempt++) {
            String reason = about + "." + attempt;
            long askedAt = world.scheduler().now();
            try {
                RewindOutcome outcome = caller.ask(client -> client.rewind(id, reason));
                world.trace().add(world.scheduler(), () -> "TOLD " + reason + ": " + outcome);
                world.oracle().toldRewind(reason, outcome, askedAt);
                return;
            } catch (NoAnswer unknown) {
                world.trace().add(world.scheduler(), () -> "TOLD " + reason + ": nothing, " + unknown.getMessage());
                caller.idle(Duration.ofSeconds(2));
            }
        }
    }

    private void send(Caller caller, String id, String sender, Post post) {
        int letters = 1 + caller.random().nextInt(5);
        for (int number = 0; number < letters; number++) {
            String letter = sender + ":" + number;
            String eventId = caller.random().nextInt(3) == 0 ? null : letter;
            if (!sent(caller, id, letter, eventId, post)) {
                return;
            }
            if (caller.random().nextBoolean()) {
                caller.idle(Duration.ofSeconds(5));
            }
        }
    }

    /** Sends a letter; no if there is nobody to send it to. */
    private boolean sent(Caller caller, String id, String letter, @Nullable String eventId, Post post) {
        int refusals = 0;
        for (int tries = 0; tries < TRIES; tries++) {
            try {
                SignalOutcome outcome = raise(caller, id, letter, eventId);
                if (outcome instanceof SignalOutcome.Accepted) {
                    post.unsure.remove(letter);
                    post.accepted.add(letter);
                    return true;
                }
                if (outcome instanceof SignalOutcome.Ended) {
                    // Whatever was not answered before did not come in, and must not any more.
                    post.unsure.remove(letter);
                    if (!rewound.contains(id) || ++refusals > 6) {
                        return false;
                    }
                    caller.idle(Duration.ofSeconds(10));
                    if (caller.random().nextBoolean()) {
                        return true;
                    }
                    continue;
                }
                caller.idle(Duration.ofSeconds(1));
            } catch (NoAnswer unknown) {
                post.unsure.add(letter);
                if (eventId == null) {
                    return true;
                }
            }
        }
        return false;
    }

    private SignalOutcome raise(Caller caller, String id, String letter, @Nullable String eventId) throws NoAnswer {
        if (!startedByLetters.contains(id)) {
            return caller.ask(client -> client.raiseEvent(id, App.EVENT, World.write(letter), eventId));
        }
        // A letter that can be sent again has a key or an event ID.
        boolean keyed = eventId != null && letter.hashCode() % 2 == 0;
        StartOptions options =
                keyed ? StartOptions.DEFAULT.withIdempotencyKey(letter.replace(' ', '_')) : StartOptions.DEFAULT;
        StartRequest request = new StartRequest(App.ACTOR, id, null, options);
        StartOutcome outcome = caller.ask(
                client -> client.raiseOrStart(request, App.EVENT, World.write(letter), keyed ? null : eventId));
        if (outcome instanceof StartOutcome.Accepted accepted) {
            return new SignalOutcome.Accepted(accepted.executionId());
        }
        if (outcome instanceof StartOutcome.Rejected rejected) {
            return new SignalOutcome.Ended(rejected.holder());
        }
        throw new NoAnswer("refused: " + outcome);
    }

    /** Suspends an actor, sends it very many letters, and suspends and resumes it very often. */
    private void flood(Caller caller, String id, String sender, Post post) throws NoAnswer {
        caller.idle(Duration.ofSeconds(20));
        caller.ask(client -> client.suspend(id, null));
        int letters = 10 + caller.random().nextInt(30);
        for (int number = 0; number < letters; number++) {
            String letter = sender + ":" + number;
            if (!sent(caller, id, letter, letter, post)) {
                return;
            }
        }
        int pairs = caller.random().nextInt(3) == 0 ? caller.random().nextInt(60) : 0;
        for (int pair = 0; pair < pairs; pair++) {
            caller.ask(client -> client.resume(id, null));
            caller.ask(client -> client.suspend(id, null));
        }
        caller.ask(client -> client.resume(id, null));
    }

    private static void race(Caller caller, String id) throws NoAnswer {
        caller.idle(Duration.ofSeconds(15));
        int times = 1 + caller.random().nextInt(3);
        for (int i = 0; i < times; i++) {
            caller.ask(client -> client.raiseEvent(id, Program.RACE_EVENT, "\"now\"", null));
            caller.idle(Duration.ofSeconds(5));
        }
    }

    // How it ends

    private void close(World world) {
        Caller caller = new Caller(world);
        caller.await(() -> callers == 0);
        caller.idle(Duration.ofSeconds(30));
        world.heal();
        // What was sent by those who died or gave up may still arrive.
        world.scheduler().sleep(Faults.LONGEST_LATENESS);
        world.scheduler().sleep(TAKEOVER.minus(Faults.LONGEST_LATENESS));
        for (String id : world.oracle().instances()) {
            InstanceRow row = world.row(id);
            String owner = row == null ? null : row.ownership().owner();
            if (row != null && owner != null && world.workers().stateOf(owner) != WorkerState.LIVE) {
                world.scheduler().fail("not taken over within " + TAKEOVER + ": " + Words.of(row), null);
            }
        }
        checkStandstills(world);
        checkLetters(world);
        long deadline = world.scheduler().now() + PATIENCE.toNanos();
        try {
            Set<String> going = new TreeSet<>(actors.keySet());
            for (int round = 0; round < MOST_REWINDS && !going.isEmpty(); round++) {
                settle(world, caller, going, deadline);
                for (String id : List.copyOf(going)) {
                    if (isToldToStop(world, caller, id)) {
                        going.remove(id);
                    }
                }
            }
            settle(world, caller, Set.of(), deadline);
        } catch (NoAnswer trouble) {
            world.scheduler().fail("nothing goes wrong any more, and yet: " + trouble.getMessage(), trouble);
        }
        Set<String> stuck = liveBut(world, Set.of());
        if (!stuck.isEmpty()) {
            world.scheduler()
                    .fail(
                            "stuck: "
                                    + stuck.stream()
                                            .map(id -> id + " "
                                                    + Words.ofAnswer(
                                                            world.table().load(id)))
                                            .toList()
                                    + ", messages "
                                    + world.queue().messages(),
                            null);
        }
    }

    /**
     * Where nothing but a host was lost, what is to go on does: its message does not lie with a host that is gone. (An
     * answer to a receive that was lost, which nobody can know of, is a fault. And a timer may be as late as a clock was
     * behind.)
     */
    private static void checkStandstills(World world) {
        if (!world.has(Ability.LOST_HOSTS) || world.faults().injected() > 0) {
            return;
        }
        Instant since = world.scheduler().instant().minus(TAKEOVER);
        Instant soon = world.scheduler().instant().plus(LONGEST_PUT_BACK);
        for (String id : world.oracle().instances()) {
            InstanceRow row = world.row(id);
            if (row == null || row.status().isTerminal() || row.ownership().owner() != null) {
                continue;
            }
            Instant due = row.progress().nextDue();
            boolean isToGoOn = due == null ? row.status() == RuntimeStatus.PENDING : due.isBefore(since);
            boolean hasTimer = due != null && due.isAfter(Instant.EPOCH);
            Instant latest = hasTimer ? soon.plus(world.furthestBehind()) : soon;
            if (isToGoOn && !world.queue().isVisibleBy(latest, row.key().executionId())) {
                world.scheduler().fail("stands still: " + Words.of(row), null);
            }
        }
    }

    /** What came in for actors they have taken in, or something leads to it. */
    private void checkLetters(World world) {
        for (String id : actors.keySet()) {
            String letter = Unread.letter(world, id, text -> isAccepted(id, text));
            if (letter != null) {
                world.scheduler().fail("'" + letter + "' was accepted by " + id + ", and nothing leads to it", null);
            }
        }
    }

    private boolean isAccepted(String id, String letter) {
        return posts.entrySet().stream()
                .anyMatch(post -> post.getKey().startsWith(id + " ")
                        && post.getValue().accepted.contains(letter));
    }

    /** No if it has failed meanwhile, and will be rewound, and told then. */
    private boolean isToldToStop(World world, Caller caller, String id) throws NoAnswer {
        if (!world.isLive(id)) {
            return !rewound.contains(id) || !hasFailed(world, id);
        }
        return caller.ask(client -> client.raiseEvent(id, App.EVENT, World.write(App.STOP), null))
                instanceof SignalOutcome.Accepted;
    }

    /** Waits until all but others have ended, and lets those go on that have failed and are to, until none has. */
    private void settle(World world, Caller caller, Set<String> others, long deadline) throws NoAnswer {
        for (int round = 0; round < MOST_REWINDS; round++) {
            for (String id : ids()) {
                if (world.isLive(id)) {
                    caller.ask(client -> client.resume(id, null));
                }
            }
            caller.awaitUntil(() -> liveBut(world, others).isEmpty(), deadline);
            boolean allWell = true;
            for (String id : rewound) {
                if (hasFailed(world, id) && !world.isLive(id)) {
                    allWell = false;
                    String reason = id + " in the end, " + round;
                    long askedAt = world.scheduler().now();
                    RewindOutcome outcome = caller.ask(client -> client.rewind(id, reason));
                    world.oracle().toldRewind(reason, outcome, askedAt);
                    // Another that was rewound may have replaced it.
                    if (!(outcome instanceof RewindOutcome.Rewound) && hasFailed(world, id) && !world.isLive(id)) {
                        world.scheduler().fail(id + " has failed, and is not rewound: " + outcome, null);
                    }
                }
            }
            if (allWell) {
                return;
            }
        }
        world.scheduler().fail("they fail, however often they are rewound: " + rewound, null);
    }

    private static Set<String> liveBut(World world, Set<String> others) {
        Set<String> live = new TreeSet<>();
        for (String id : world.oracle().instances()) {
            if (!others.contains(id) && world.isLive(id)) {
                live.add(id);
            }
        }
        return live;
    }

    // What is to come of it

    @Override
    public void check(World world) {
        for (String id : ids()) {
            InstanceRow row = world.row(id);
            if (row != null) {
                String trouble = troubleWith(world, id, row);
                if (trouble != null) {
                    world.scheduler().fail(id + " " + trouble + ": " + Words.of(row) + " " + output(world, row), null);
                }
            }
        }
        String missing = world.oracle().troubleWithQueuedRuns();
        if (missing != null) {
            world.scheduler().fail(missing, null);
        }
        if (!world.queue().messages().isEmpty()) {
            world.scheduler().fail("messages are left: " + world.queue().messages(), null);
        }
    }

    /** Whether rows of the inbox may stay because the last write had no room for them, and nobody removed them later. */
    private boolean mayLeaveRows(World world) {
        return readsInParts || world.has(Ability.SPLITS);
    }

    private @Nullable String troubleWith(World world, String id, InstanceRow row) {
        if (row.status() == RuntimeStatus.TERMINATED) {
            return terminated.contains(id) ? null : "was terminated by nobody";
        }
        if (row.status() == RuntimeStatus.FAILED
                && !rewound.contains(id)
                && (mayBeConvicted(world, row) || mayMeetAChild(world, id, row))) {
            return null;
        }
        if (row.status() != RuntimeStatus.COMPLETED) {
            return "has not completed";
        }
        Partition state = world.table().loadWithoutJournal(id);
        if (!mayLeaveRows(world) && !state.inbox(row.key().executionId()).isEmpty()) {
            return "has ended and has an inbox";
        }
        Program program = programs.get(id);
        String[] output = World.read(output(world, row), String[].class);
        if (program != null) {
            String token = world.values().tokenOf(row);
            return token != null && program.named(token).allows(Arrays.asList(output))
                    ? null
                    : "returned something else";
        }
        return troubleWithLetters(id, List.of(output));
    }

    /** Who was terminated, or followed by another run, may have left a sub-orchestration that has its ID still. */
    private boolean mayMeetAChild(World world, String id, InstanceRow row) {
        return terminated.contains(id) && output(world, row).contains("InstanceExistsException");
    }

    /** An instance whose workers vanished again and again ends as failed, also if it was by chance. */
    private static boolean mayBeConvicted(World world, InstanceRow row) {
        return world.vanished().size() >= CONVICTED && output(world, row).contains("KilledWorkersException");
    }

    private @Nullable String troubleWithLetters(String id, List<String> letters) {
        if (new HashSet<>(letters).size() < letters.size()) {
            return "received a letter twice";
        }
        for (Map.Entry<String, Post> entry : posts.entrySet()) {
            if (!entry.getKey().startsWith(id + " ")) {
                continue;
            }
            Post post = entry.getValue();
            List<String> received = letters.stream()
                    .filter(letter -> letter.startsWith(entry.getKey() + ":"))
                    .filter(letter -> !post.unsure.contains(letter))
                    .toList();
            if (!received.equals(post.accepted)) {
                return "received " + received + " and not " + post.accepted;
            }
        }
        return null;
    }

    private static String output(World world, InstanceRow row) {
        String text = world.values().text(row.values().output());
        return text == null ? "null" : text;
    }
}
