package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.JournalEvent.TaskCompleted;
import dev.soliton.engine.JournalEvent.TaskFailed;
import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.engine.JournalEvent.TimerFired;
import dev.soliton.instance.Arrival;
import dev.soliton.instance.InboxItem;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.InstanceRow.Values;
import dev.soliton.instance.Partition;
import dev.soliton.instance.Payload;
import dev.soliton.instance.PayloadTooLargeException;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StorageException;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.Orchestrator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * One turn of an instance: from its journal to its end, or to where nothing is left to do here until something comes in.
 *
 * <p>The order of things is what makes it safe. A request is committed before it is carried out, and a result before
 * anything that depends on it: the commit that records a result is the one that records the next request, so that a
 * chain of activities costs one write a step. A crash before a commit repeats the activity whose result was not in it;
 * a crash after it never does.
 *
 * <p>A turn that does nothing but replay and record needs no claim: its one commit is fenced by the row's ETag. Before it
 * carries anything out, it claims the instance, with the commit that holds the request.
 */
final class Turn implements Live {
    /**
     * How long a turn goes on before it leaves the rest to another one. The host kills the whole process when an
     * invocation passes the function timeout: ten minutes by {@code host.json}, five where nothing is said on the
     * Consumption plan.
     */
    static final Duration LIMIT = Duration.ofMinutes(4);

    /** A timer that is due so soon is waited for here, which costs one commit; a message for it would cost four more. */
    static final Duration SHORT_TIMER = Duration.ofSeconds(2);

    /** How often an owner that waits looks whether something came in, and whether it is the owner still. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(5);

    private static final Duration LONGEST_LOOK = Duration.ofSeconds(20);

    private static final int WARN_EVENTS = 10_000;

    private final EngineContext context;
    private final Crew crew;
    private final OpenInstance instance;
    private final Trigger trigger;
    private final InstanceLog log;
    private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();
    private final Activities activities;
    private final Outbox outbox;
    private final Intake intake;
    private final Ledger ledger;
    private final Instant begun;
    private final List<JournalEvent> noted = new ArrayList<>();
    private Instant latest;
    private Instant lookedAt;
    private Duration lookAfter = FIRST_LOOK;
    private boolean again;
    private boolean progressed;
    private int events;
    private volatile boolean stopped;

    /**
     * What a turn is run for.
     *
     * @param delivery the delivery that it may claim the instance through
     * @param due when the timer is due whose message that is; null if it is for no timer
     * @param entry the right to run it
     */
    record Trigger(Delivery delivery, @Nullable Instant due, BusyInstances.Entry entry) {}

    Turn(EngineContext context, Crew crew, OpenInstance instance, Trigger trigger, InstanceLog log) {
        this.context = context;
        this.crew = crew;
        this.instance = instance;
        this.trigger = trigger;
        this.log = log;
        this.activities = new Activities(crew, happenings);
        this.outbox = new Outbox(context, crew, trigger, instance.succession(), happenings, log);
        this.intake = new Intake(instance, this::now);
        this.ledger = new Ledger(context, instance, intake, trigger.due(), this::committed);
        this.begun = context.now();
        this.lookedAt = begun;
        this.latest = instance.row().createdAt();
        trigger.entry().onKnock(() -> happenings.add(new Happening.Knock()));
    }

    /**
     * Runs until the instance has ended.
     *
     * @param arrivals what had come in when the journal was read
     * @param inboxIsWhole see {@link Partition#inboxIsWhole}
     * @throws TurnStopped if the instance has not ended, and nothing is left to do here
     */
    void run(List<JournalEvent> journal, Partition state) throws TurnStopped {
        intake.read(state);
        begin(journal);
        Optional<Orchestrator> orchestrator = Optional.empty();
        if (intake.termination() != null) {
            // Before any of the author's code: an orchestrator that never waits could not be ended otherwise.
            terminate(new Unrun(instance.row().values().customStatus()), intake.termination().reason());
            return;
        }
        Replay replay = replay(journal);
        while (true) {
            String name = instance.row().name();
            Replay.End end = replay.run(
                    // The factory is the author's code, and fails as such.
                    orchestration -> crew.registry().newOrchestrator(name).orElseThrow().run(orchestration));
            flush(replay);
            if (!(end instanceof Replay.End.ContinuedAsNew next)) {
                end(replay, end);
                return;
            }
            Replay following = continued(replay, next);
            if (following == null) {
                return;
            }
            replay = following;
        }
    }
}
