package dev.soliton.examples;

import dev.soliton.examples.OrderRequest.Item;
import dev.soliton.examples.OrderRequest.Order;
import dev.soliton.orchestration.DataConverterException;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TaskOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A saga: an order is carried out as a whole or not at all, though no transaction spans its steps. It reserves the
 * stock, has a large order approved by a human, takes the money and ships; if a step fails, or nobody approves, what was
 * done is undone, in reverse order.
 *
 * <p>The instance ID is the order's number, so that an order is carried out once. Event {@code approve}, with {@code
 * {"approved": true, "by": "ada"}}, approves an order over {@value #APPROVAL_OVER_CENTS} cents, or refuses it; one that
 * says neither is ignored.
 *
 * <p>How to undo a step is noted <em>before</em> it is asked for: one that failed may have been done all the same. An
 * order that cannot be undone fails, and says what is left to do by hand.
 */
final class OrderSaga implements Orchestrator {
    static final String NAME = "OrderSaga";

    static final long APPROVAL_OVER_CENTS = 100_000;

    private static final TaskOptions RETRIES =
            TaskOptions.withRetryPolicy(new RetryPolicy(4, Duration.ofSeconds(5)).setBackoffCoefficient(2));

    /** To undo is tried for hours: there is nobody to fall back to. */
    private static final TaskOptions PATIENTLY = TaskOptions.withRetryPolicy(new RetryPolicy(12, Duration.ofSeconds(5))
            .setBackoffCoefficient(3)
            .setMaxRetryInterval(Duration.ofHours(1)));

    /** What a human says to an order. */
    record Approval(@Nullable Boolean approved, @Nullable String by) {}

    /**
     * Where an order stands, as its custom status shows it.
     *
     * @param until until when it waits, where it does
     */
    private record Progress(String phase, @Nullable Instant until) {}

    /** How one step is undone. */
    private record Undo(String activity, Object input) {}

    /** An order ends without being shipped, for a reason that is no failure of a step. */
    private static final class Declined extends Exception {
        final OrderOutcome.State state;

        Declined(OrderOutcome.State state, String why) {
            super(why);
            this.state = state;
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    @Override
    public OrderOutcome run(OrchestrationContext context) {
        Order order = OrderRequest.orderOf(context.getInput(OrderRequest.class));
        Deque<Undo> undo = new ArrayDeque<>();
        try {
            return ship(context, order, undo);
        } catch (TaskFailedException failed) {
            return undone(context, order, undo, OrderOutcome.State.CANCELLED, cause(failed));
        } catch (Declined declined) {
            return undone(context, order, undo, declined.state, declined.why());
        }
    }

    private static OrderOutcome ship(OrchestrationContext context, Order order, Deque<Undo> undo) throws Declined {
        // Names what belongs to this order, however often a step of it is tried.
        String id = context.getExecutionId();

        context.setCustomStatus(new Progress("reserving", null));
        for (Item item : order.lines()) {
            undo.push(new Undo(Shop.RETURN_STOCK, new Shop.Pieces(id, item.sku(), item.quantity())));
        }
        context.callSubOrchestrator(ReserveStock.NAME, new ReserveStock.Input(id, order.lines()))
                .await();

        String approvedBy = order.cents() > APPROVAL_OVER_CENTS ? approval(context, order) : null;

        context.setCustomStatus(new Progress("charging", null));
        Shop.Payment payment = new Shop.Payment(id, order.customer(), order.cents());
        undo.push(new Undo(Shop.REFUND_PAYMENT, payment));
        context.callSubOrchestrator(ChargePayment.NAME, payment).await();

        context.setCustomStatus(new Progress("shipping", null));
        Shop.Shipment shipment = new Shop.Shipment(id, order.shipTo());
        undo.push(new Undo(Shop.RECALL_PARCEL, shipment));
        String parcel =
                context.callActivity(Shop.SHIP, shipment, RETRIES, String.class).await();
        context.setCustomStatus(new Progress("shipped", null));
        return new OrderOutcome(
                OrderOutcome.State.SHIPPED, Shop.money(order.cents()), parcel, approvedBy, null, List.of());
    }

    /** Waits for somebody to approve the order, and says who that was. */
    private static String approval(OrchestrationContext context, Order order) throws Declined {
        Task<Void> timeIsUp = context.createTimer(order.approvalWithin());
        Instant until = context.getCurrentInstant().plus(order.approvalWithin());
        context.setCustomStatus(new Progress("awaiting approval", until));
        while (true) {
            Task<Approval> answer = context.waitForExternalEvent("approve", Approval.class);
            if (context.anyOf(answer, timeIsUp).await() == timeIsUp) {
                throw new Declined(
                        OrderOutcome.State.EXPIRED, "Nobody approved it within " + order.approvalWithin() + ".");
            }
            Approval approval = read(answer);
            if (approval != null && approval.approved() != null) {
                String by = approval.by() == null ? "somebody" : approval.by();
                if (approval.approved()) {
                    return by;
                }
                throw new Declined(OrderOutcome.State.REFUSED, "It was refused by " + by + ".");
            }
        }
    }

    private static @Nullable Approval read(Task<Approval> answer) {
        try {
            return answer.await();
        } catch (DataConverterException notAnAnswer) {
            return null;
        }
    }

    private static OrderOutcome undone(
            OrchestrationContext context, Order order, Deque<Undo> undo, OrderOutcome.State state, String why) {
        context.setCustomStatus(new Progress("undoing", null));
        List<String> done = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (Undo step : undo) {
            try {
                context.callActivity(step.activity(), step.input(), PATIENTLY).await();
                done.add(step.activity());
            } catch (TaskFailedException failed) {
                // The others are undone all the same.
                left.add(step.activity() + " of " + step.input() + ": " + cause(failed));
            }
        }
        if (!left.isEmpty()) {
            throw new IllegalStateException("The order was not shipped (" + why
                    + "), and is left half done; to be done by" + " hand: " + String.join("; ", left));
        }
        context.setCustomStatus(new Progress("undone", null));
        return new OrderOutcome(state, Shop.money(order.cents()), null, null, why, done);
    }

    /** What is at the bottom of a failure. */
    private static String cause(TaskFailedException failed) {
        FailureDetails details = failed.getFailureDetails();
        while (details.innerFailure() != null) {
            details = details.innerFailure();
        }
        return details.message().isEmpty() ? details.errorType() : details.message();
    }
}
