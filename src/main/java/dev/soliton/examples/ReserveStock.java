package dev.soliton.examples;

import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sub-orchestration of {@link OrderSaga} that takes all lines of an order out of the stock, side by side. It fails if
 * one of them cannot be had; whoever called it returns the others.
 */
final class ReserveStock implements Orchestrator {
    static final String NAME = "ReserveStock";

    /** For a storage that is busy; that there is nothing left is no reason to ask again. */
    private static final TaskOptions RETRIES =
            TaskOptions.withRetryPolicy(new RetryPolicy(4, Duration.ofSeconds(5)).setBackoffCoefficient(2));

    /**
     * What to reserve.
     *
     * @param order names the order
     */
    record Input(String order, List<OrderRequest.Item> items) {}

    @Override
    public @Nullable Object run(OrchestrationContext context) {
        Input input = Objects.requireNonNull(context.getInput(Input.class), "ReserveStock needs an input.");
        List<Task<Void>> lines = input.items().stream()
                .map(item -> context.callActivity(
                        Shop.TAKE_STOCK, new Shop.Pieces(input.order(), item.sku(), item.quantity()), RETRIES))
                .toList();
        context.allOf(lines).await();
        return null;
    }
}
