package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.EventRaised;
import dev.soliton.orchestration.TaskCanceledException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A wait for an event, perhaps not for ever. */
final class EventTask<V> extends ReplayTask<V> {
    private static final int NO_TIMER = -1;

    private final String name;
    private final Reader<V> reader;
    private final Consumer<EventRaised> waiter = this::receive;
    private @Nullable EventRaised received;
    private int timer = NO_TIMER;

    private EventTask(Course course, String name, Reader<V> reader) {
        super(course);
        this.name = name;
        this.reader = reader;
    }

    /**
     * Begins to wait.
     *
     * @param timeout for how long; null or negative for ever
     */
    static <V> EventTask<V> begin(Course course, String name, @Nullable Duration timeout, Reader<V> reader) {
        EventTask<V> task = new EventTask<>(course, name, reader);
        EventRaised present = course.mailbox().take(name);
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
        course().mailbox().await(name, waiter);
        if (timeout != null && !timeout.isNegative()) {
            timer = course().startTimer(Due.after(course().time(), timeout), fired -> {
                // A suspended execution may take the event first and then the timer, before it gets to either.
                if (!done()) {
                    course().mailbox().leave(name, waiter);
                    cancel(timeout);
                }
            });
        }
    }

    private void receive(EventRaised event) {
        if (timer != NO_TIMER) {
            course().giveUp(timer);
        }
        received = event;
        finish();
    }

    private void cancel(Duration timeout) {
        finishWith(new TaskCanceledException(
                "The wait for event '" + name + "' ended without it after " + timeout + ".", name, timer));
    }

    @Override
    @Nullable
    V evaluate() {
        return reader.read(Objects.requireNonNull(received).input());
    }
}
