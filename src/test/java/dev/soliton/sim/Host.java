package dev.soliton.sim;

import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.orchestration.SolitonException;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InMemoryWorkQueue.Delivery;
import java.time.Duration;
import java.util.Optional;

/**
 * What the Functions host does for a process: it receives messages, renews the lease of those that are worked on, deletes
 * those that were, and lets those that failed come again.
 */
final class Host {
    /** As host.json has it. */
    private static final Duration VISIBILITY_TIMEOUT = Duration.ofSeconds(15);

    /** How long it goes on giving messages when it is told to stop. */
    private static final Duration LISTENING = Duration.ofSeconds(10);

    private static final int MAX_AT_A_TIME = 16;
    private static final Duration RENEWAL = Duration.ofMinutes(5);

    private final World world;
    private final SimProcess process;
    private final Scheduler scheduler;
    private final InMemoryWorkQueue queue;
    private int busy;

    /** How many messages are received, or on their way, and not given to the process. */
    private int notGiven;

    /** A message that is worked on. */
    private final class Received {
        private Delivery delivery;
        private boolean done;

        Received(Delivery delivery) {
            this.delivery = delivery;
        }

        /** The host ends the process at the function timeout, with all that runs in it. */
        void endInTime() {
            if (!done && !process.isDead()) {
                world.trace().add(scheduler, process + " IS KILLED at the function timeout");
                if (world.isQuiet()) {
                    scheduler.fail("killed at the function timeout, though nothing went wrong: " + process, null);
                }
                process.crash();
            }
        }

        /** The host renews its hold on a message for as long as the process lives. */
        void renewInTime() {
            scheduler.in(RENEWAL, () -> {
                if (done || process.isDead() || !process.hasHost()) {
                    return;
                }
                if (process.pausedUntil() <= scheduler.now()) {
                    queue.renew(delivery).ifPresent(renewed -> delivery = renewed);
                }
                renewInTime();
            });
        }
    }

    Host(World world, SimProcess process) {
        this.world = world;
        this.process = process;
        this.scheduler = world.scheduler();
        this.queue = world.queue();
    }

    /** Receives messages for as long as the process lives. */
    void run() {
        while (process.hasHost()) {
            try {
                scheduler.await(
                        () -> !process.isStopping()
                                && process.hasHost()
                                && busy < MAX_AT_A_TIME
                                && world.hasVisibleMessage(),
                        Scheduler.NEVER);
            } catch (InterruptedException nobodyDoesThat) {
                throw new IllegalStateException(nobodyDoesThat);
            }
            Optional<Delivery> received;
            notGiven++;
            try {
                received = world.wire()
                        .call(new Call(process, Call.Verb.RECEIVE, "", null), () -> queue.receive(world::choice));
            } catch (SolitonException unanswered) {
                // What was received all the same comes again when the lease ends.
                notGiven--;
                continue;
            }
            received.ifPresentOrElse(this::serve, () -> notGiven--);
        }
    }

    /** Whether it has received something, or is about to, that the process does not know of. */
    boolean hasMore() {
        return notGiven > 0;
    }

    /** A host that stops in order gives the process what it has received, before it tells it to end. */
    void giveAll() {
        if (!hasMore()) {
            return;
        }
        try {
            scheduler.await(() -> !hasMore(), scheduler.now() + LISTENING.toNanos());
        } catch (InterruptedException nobodyDoesThat) {
            throw new IllegalStateException(nobodyDoesThat);
        }
    }

    private void serve(Delivery delivery) {
        busy++;
        Received received = new Received(delivery);
        String id = delivery.receipt().messageId();
        String name = process.name() + ".message" + Integer.parseInt(id) + "#" + delivery.dequeueCount();
        scheduler.begin(name, process, false, () -> {
            try {
                work(received);
            } finally {
                received.done = true;
                busy--;
            }
        });
        if (world.bug().deletesAtOnce()) {
            queue.delete(delivery);
        }
        received.renewInTime();
        if (world.has(Ability.SHORT_TIMEOUT)) {
            scheduler.in(process.functionTimeout(), received::endInTime);
        }
        if (world.faults().duplicates()) {
            scheduler.in(world.faults().slowness(), () -> queue.tryRedeliver(received.delivery, Duration.ZERO));
        }
    }

    private void work(Received received) {
        notGiven--;
        TurnOutcome outcome;
        try {
            outcome = process.process(received.delivery.message());
        } catch (SolitonException | IllegalStateException failure) {
            if (process.isDead()) {
                throw new Scheduler.Gone();
            }
            world.trace().add(scheduler, () -> scheduler.current().name + " FAILED " + failure);
            if (process.hasHost()) {
                fail(received);
            }
            return;
        }
        Thread.interrupted();
        world.trace().add(scheduler, () -> scheduler.current().name + " ended: " + outcome);
        if (!process.hasHost()) {
            // Nobody hears of it.
            return;
        }
        try {
            world.wire()
                    .call(
                            new Call(
                                    process,
                                    Call.Verb.DELETE,
                                    received.delivery.message().instanceId(),
                                    received.delivery),
                            () -> {
                                boolean deleted = queue.delete(received.delivery);
                                world.oracle().messageGone();
                                return deleted;
                            });
        } catch (SolitonException unanswered) {
            // It comes again.
        }
    }

    private void fail(Received received) {
        if (received.delivery.dequeueCount() >= world.maxDequeueCount()) {
            giveUp(received.delivery);
            queue.delete(received.delivery);
        } else {
            queue.tryRedeliver(received.delivery, VISIBILITY_TIMEOUT);
        }
    }

    /** The message goes to the poison queue, where others see to it, however often that fails. */
    private void giveUp(Delivery delivery) {
        world.trace().add(scheduler, () -> "POISON " + delivery);
        String id = delivery.receipt().messageId();
        while (true) {
            try {
                process.drain(delivery.message(), id);
                return;
            } catch (SolitonException again) {
                scheduler.sleep(VISIBILITY_TIMEOUT);
            }
        }
    }
}
