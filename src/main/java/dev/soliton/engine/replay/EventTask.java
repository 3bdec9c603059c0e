package dev.soliton.engine.replay;

import dev.soliton.engine.replay.EventBuffer.BufferedEvent;
import dev.soliton.orchestration.TaskCanceledException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A wait for an event, with or without a timeout. */
final class EventTask<V> extends ReplayTask<V> {
    private static final int NO_TIMER = -1;

    private final String name;
    private final PayloadReader<V> reader;
    private final Consumer<BufferedEvent> waiter = this::receive;
    private @Nullable BufferedEvent received;
    private int timer = NO_TIMER;

    private EventTask(ReplayLoop loop, String name, PayloadReader<V> reader) {
        super(loop);
        this.name = name;
        this.reader = reader;
    }

    /**
     * Begins to wait.
     *
     * @param timeout how long to wait; null or negative for ever
     */
    static <V> EventTask<V> begin(ReplayLoop loop, String name, @Nullable Duration timeout, PayloadReader<V> reader) {
        EventTask<V> task = new EventTask<>(loop, name, reader);
        BufferedEvent present = loop.eventBuffer().take(name);
        if (present == null && timeout != null && timeout.isZero()) {
            loop.takeBuffered(name);
            present = loop.eventBuffer().take(name);
        }
        if (present != null) {
            task.receive(present);
        } else if (timeout != null && timeout.isZero()) {
            task.cancel(timeout);
        } else {
            task.wait(timeout);
        }
        return task;
    }

    private void wait(@Nullable Duration timeout) {
        loop().eventBuffer().await(name, waiter);
        if (timeout != null && !timeout.isNegative()) {
            timer = loop().startTimer(from -> DueTimes.after(from, timeout), fired -> {
                // While suspended, an execution may receive first the event and then the timer, and apply both later.
                if (!done()) {
                    loop().eventBuffer().leave(name, waiter);
                    loop().failedCalls().add(timer, List.of(timer));
                    cancel(timeout);
                }
            });
        }
    }

    private void receive(BufferedEvent event) {
        if (timer != NO_TIMER) {
            loop().cancelTimer(timer);
        }
        received = event;
        // The event may have arrived long before the wait began, and before events of other waits that began earlier.
        finish(event.place());
    }

    private void cancel(Duration timeout) {
        finishWith(new TaskCanceledException(
                "The wait for event '" + name + "' ended without it after " + timeout + ".", name, timer));
    }

    @Override
    void seen() {
        if (received != null) {
            loop().eventBuffer().seen(received);
        } else if (done()) {
            loop().failedCalls().seen(timer);
        }
    }

    @Override
    @Nullable
    V evaluate() {
        return reader.read(Objects.requireNonNull(received).event().input());
    }
}
