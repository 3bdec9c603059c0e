package dev.soliton.examples;

import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.TaskOptions;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sub-orchestration of {@link OrderSaga} that takes the money: again and again for a while, since banks are down at
 * times; but not where the credit is used up.
 */
final class ChargePayment implements Orchestrator {
    static final String NAME = "ChargePayment";

    private static final TaskOptions RETRIES = TaskOptions.withRetryPolicy(new RetryPolicy(6, Duration.ofSeconds(10))
            .setBackoffCoefficient(3)
            .setMaxRetryInterval(Duration.ofMinutes(10)));

    @Override
    public @Nullable Object run(OrchestrationContext context) {
        Shop.Payment payment =
                Objects.requireNonNull(context.getInput(Shop.Payment.class), "ChargePayment needs an input.");
        context.callActivity(Shop.TAKE_PAYMENT, payment, RETRIES).await();
        return null;
    }
}
