package dev.soliton.sim;

import dev.soliton.client.OrchestrationClient;
import dev.soliton.orchestration.SolitonException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Somebody outside who calls the app, at whichever of its processes is there. */
final class Caller {
    private final World world;
    private final Scheduler scheduler;
    private final RandomGenerator random;

    /** The caller was told nothing, or that nothing is known. */
    static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1;

        NoAnswer(String why) {
            super(why, null, false, false);
        }
    }

    Caller(World world) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.random = world.chance();
    }

    RandomGenerator random() {
        return random;
    }

    /**
     * Makes a call.
     *
     * @throws NoAnswer if its outcome is not known
     */
    <T> T ask(Function<OrchestrationClient, T> call) throws NoAnswer {
        await(world::isReachable);
        List<SimProcess> reachable = world.reachable();
        SimProcess process = reachable.get(random.nextInt(reachable.size()));
        Strand mine = scheduler.current();
        mine.enter(process);
        try {
            return call.apply(process.client());
        } catch (SolitonException unknown) {
            // Whether it was done is not known to the caller, whatever the kind.
            throw new NoAnswer(String.valueOf(unknown.getMessage()));
        } catch (Scheduler.Gone gone) {
            mine.enter(null);
            if (!scheduler.mayGoOn(mine)) {
                throw gone;
            }
            throw new NoAnswer(process + " died");
        } finally {
            mine.enter(null);
        }
    }

    /** Lets time pass, up to that much. */
    void idle(Duration most) {
        scheduler.sleep(Duration.ofNanos(random.nextLong(most.toNanos() + 1)));
    }

    void await(BooleanSupplier condition) {
        awaitUntil(condition, Scheduler.NEVER);
    }

    /** Waits until that is so, at most until then; whether it came to be. */
    boolean awaitUntil(BooleanSupplier condition, long deadline) {
        try {
            scheduler.await(condition, deadline);
        } catch (InterruptedException nobodyDoesThat) {
            throw new IllegalStateException(nobodyDoesThat);
        }
        return condition.getAsBoolean();
    }
}
