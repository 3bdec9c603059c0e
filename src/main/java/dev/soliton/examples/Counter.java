package dev.soliton.examples;

import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Task;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An actor: a number that lives under an instance ID, and changes by events alone.
 *
 * <ul>
 *   <li>{@code add}, with a number: is added. Anything else as its payload is ignored, and the value stays as it is: an
 *       actor should not die of what somebody sends it.
 *   <li>{@code reset}: back to zero.
 *   <li>{@code end}: completes the instance; what came after it has no effect any more.
 * </ul>
 *
 * <p>The input is the number to start with; none is 0. The value is the custom status all along, and the output at the
 * end, as a JSON number.
 *
 * <p>It waits for the three events all the time: it waits anew only for the one that came, and keeps its waits for the
 * others. The first of the three to come is the first to be done, even if all were there before the waits began; so
 * events are handled in the order in which they were raised.
 *
 * <p>It continues as new after every {@link #EVENTS_PER_GENERATION} events, so that its journal does not grow for ever.
 * What it has not handled by then is kept by the engine for the next generation, in that order, though it may have
 * reached one of the waits already.
 */
final class Counter implements Orchestrator {
    static final String NAME = "Counter";

    static final int EVENTS_PER_GENERATION = 100;

    /** Digits before the point, or zeros behind it. */
    private static final int MAX_MAGNITUDE = 1_000;

    /** Digits behind the point. */
    private static final int MAX_SCALE = 2_000;

    private static final String ADD = "add";
    private static final String RESET = "reset";
    private static final String END = "end";

    @Override
    public BigDecimal run(OrchestrationContext context) {
        BigDecimal value = start(context);
        context.setCustomStatus(value);

        List<Wait> waits = new ArrayList<>();
        for (String event : List.of(ADD, RESET, END)) {
            waits.add(Wait.begin(context, event));
        }
        for (int handled = 1; ; handled++) {
            Wait first = first(context, waits);
            Object payload = first.task().await();
            switch (first.event()) {
                case ADD -> value = sum(value, payload);
                case RESET -> value = BigDecimal.ZERO;
                default -> {
                    return value;
                }
            }
            context.setCustomStatus(value);
            waits.remove(first);
            if (handled == EVENTS_PER_GENERATION) {
                context.continueAsNew(value);
            }
            waits.add(Wait.begin(context, first.event()));
        }
    }

    /** A wait for an event of one name. */
    private record Wait(String event, Task<Object> task) {

        static Wait begin(OrchestrationContext context, String event) {
            return new Wait(event, context.waitForExternalEvent(event, Object.class));
        }
    }

    /** The wait whose event came first. */
    private static Wait first(OrchestrationContext context, List<Wait> waits) {
        Task<?> first = context.anyOf(waits.stream().map(Wait::task).toList()).await();
        return waits.stream().filter(wait -> wait.task() == first).findFirst().orElseThrow();
    }

    private static BigDecimal start(OrchestrationContext context) {
        Object input = context.getInput(Object.class);
        if (input == null) {
            return BigDecimal.ZERO;
        }
        BigDecimal start = number(input);
        if (start == null) {
            throw new IllegalArgumentException(
                    "A counter starts with a number that a double can hold, or without an input; not with a "
                            + input.getClass().getSimpleName() + ".");
        }
        return start;
    }

    private static BigDecimal sum(BigDecimal value, @Nullable Object payload) {
        BigDecimal added = number(payload);
        return added == null ? value : tidy(value.add(added));
    }

    /** A payload as a number; null if it is none. */
    private static @Nullable BigDecimal number(@Nullable Object payload) {
        if (!(payload instanceof Number) || payload instanceof Double) {
            return null;
        }
        BigDecimal number = new BigDecimal(payload.toString());
        // To add 1 to 1e-1000000000 takes a thousand million digits. What is asked first is only the number of them.
        boolean isFar = Math.abs((long) number.precision() - number.scale()) > MAX_MAGNITUDE
                || Math.abs((long) number.scale()) > MAX_SCALE;
        return isFar || !Double.isFinite(number.doubleValue()) ? null : tidy(number);
    }

    /** Without trailing zeros, and without an exponent: 3, not 3.0 or 3E+0. */
    private static BigDecimal tidy(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
