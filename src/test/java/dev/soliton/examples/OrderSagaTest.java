package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.examples.OrderOutcome.State;
import dev.soliton.orchestration.NonRetriableException;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.testkit.TestHub;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The saga with its sub-orchestrations; the shop is made up. */
final class OrderSagaTest {
    private static final String SMALL =
            """
            {"customer":"ada","shipTo":"DE","lines":[{"sku":"LAMP","quantity":2,"price":39.90},
             {"sku":"DESK","quantity":1,"price":120}]}""";
    private static final String LARGE =
            """
            {"customer":"ada","shipTo":"DE","approvalWithin":"PT2H","lines":[{"sku":"DESK","quantity":10,"price":120}]}""";

    private final TestHub hub = new TestHub(new Registry()
            .orchestrator("OrderSaga", OrderSaga::new)
            .orchestrator("ReserveStock", ReserveStock::new)
            .orchestrator("ChargePayment", ChargePayment::new));

    @BeforeEach
    void openTheShop() {
        for (String activity : List.of("TakeStock", "ReturnStock", "TakePayment", "RefundPayment", "RecallParcel")) {
            hub.activity(activity, context -> null);
        }
        hub.activity("Ship", context -> "DE-1");
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void shipsASmallOrderAtOnce() {
        String order = hub.startWithJson("OrderSaga", "o", SMALL);
        hub.settle();

        assertThat(outcome()).isEqualTo(new OrderOutcome(State.SHIPPED, "199.80", "DE-1", null, null, List.of()));
        assertThat(hub.called()).containsExactly("TakeStock", "TakeStock", "TakePayment", "Ship");
        assertThat(hub.inputs("TakeStock", Shop.Pieces.class))
                .containsExactly(new Shop.Pieces(order, "LAMP", 2), new Shop.Pieces(order, "DESK", 1));
        assertThat(hub.inputs("TakePayment", Shop.Payment.class))
                .containsExactly(new Shop.Payment(order, "ada", 19_980));
        assertThat(hub.status("o").customStatus()).contains("shipped");
    }

    @Test
    void aLargeOrderWaitsForItsApproval() {
        start(LARGE);
        assertThat(hub.called()).containsExactly("TakeStock");
        assertThat(hub.status("o").customStatus()).contains("awaiting approval", "2030-01-01T02:00:00Z");

        hub.advance(Duration.ofMinutes(119));
        hub.raise("o", "approve", Map.of("approved", true, "by", "grace"));
        hub.settle();

        assertThat(outcome()).isEqualTo(new OrderOutcome(State.SHIPPED, "1200.00", "DE-1", "grace", null, List.of()));
    }

    @Test
    void anOrderThatIsRefusedIsUndone() {
        start(LARGE);
        hub.raise("o", "approve", Map.of("approved", false, "by", "grace"));
        hub.settle();

        assertThat(outcome())
                .isEqualTo(new OrderOutcome(
                        State.REFUSED, "1200.00", null, null, "It was refused by grace.", List.of("ReturnStock")));
        assertThat(hub.called()).containsExactly("TakeStock", "ReturnStock");
    }

    @Test
    void anOrderThatNobodyApprovesIsUndone() {
        start(LARGE);
        hub.advance(Duration.ofHours(2));

        assertThat(outcome())
                .isEqualTo(new OrderOutcome(
                        State.EXPIRED,
                        "1200.00",
                        null,
                        null,
                        "Nobody approved it within PT2H.",
                        List.of("ReturnStock")));
    }

    @Test
    void anApprovalHasADay() {
        start(LARGE.replace("\"approvalWithin\":\"PT2H\",", ""));
        hub.advance(Duration.ofHours(24).minusSeconds(1));
        assertThat(hub.status("o").status()).isEqualTo(RuntimeStatus.RUNNING);

        hub.advance(Duration.ofSeconds(1));
        assertThat(outcome().reason()).isEqualTo("Nobody approved it within PT24H.");
    }

    @Test
    void whatIsNoAnswerIsNoApproval() {
        start(LARGE);
        hub.raise("o", "approve");
        hub.raise("o", "approve", "yes");
        hub.raise("o", "approve", List.of(true));
        hub.raise("o", "approve", Map.of("by", "grace"));
        hub.settle();
        assertThat(hub.status("o").status()).isEqualTo(RuntimeStatus.RUNNING);

        hub.raise("o", "approve", Map.of("approved", true));
        hub.settle();
        assertThat(outcome().approvedBy()).isEqualTo("somebody");
    }

    @Test
    void anApprovalThatCameEarlyCounts() {
        hub.startWithJson("OrderSaga", "o", LARGE);
        hub.raise("o", "approve", Map.of("approved", true, "by", "grace"));
        hub.settle();

        assertThat(outcome().state()).isEqualTo(State.SHIPPED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            TakeStock   | ReturnStock,ReturnStock
            TakePayment | RefundPayment,ReturnStock,ReturnStock
            Ship        | RecallParcel,RefundPayment,ReturnStock,ReturnStock
            """)
    void whatWasDoneBeforeAFailureIsUndoneInReverse(String failing, String undone) {
        hub.activity(failing, context -> {
            throw new NonRetriableException("Closed today.");
        });
        String order = hub.startWithJson("OrderSaga", "o", SMALL);
        hub.settle();

        assertThat(outcome())
                .isEqualTo(new OrderOutcome(
                        State.CANCELLED, "199.80", null, null, "Closed today.", List.of(undone.split(","))));
        assertThat(String.join(",", hub.called())).endsWith(failing + "," + undone);
        assertThat(hub.inputs("ReturnStock", Shop.Pieces.class))
                .containsExactly(new Shop.Pieces(order, "DESK", 1), new Shop.Pieces(order, "LAMP", 2));
    }

    @Test
    void aStepThatFailsForAWhileIsTriedAgain() {
        Set<String> tried = new HashSet<>();
        for (String activity : List.of("TakeStock", "TakePayment", "Ship")) {
            hub.activity(activity, context -> {
                if (tried.add(activity)) {
                    throw new IllegalStateException("The storage is busy.");
                }
                return activity.equals("Ship") ? "DE-1" : null;
            });
        }
        hub.startWithJson("OrderSaga", "o", SMALL);
        hub.advance(Duration.ofMinutes(10));

        assertThat(outcome().state()).isEqualTo(State.SHIPPED);
        assertThat(hub.called())
                .containsExactly("TakeStock", "TakeStock", "TakeStock", "TakePayment", "TakePayment", "Ship", "Ship");
    }

    @Test
    void aBankThatStaysDownCancelsTheOrder() {
        hub.activity("TakePayment", context -> {
            throw new IllegalStateException("The bank is down.");
        });
        hub.startWithJson("OrderSaga", "o", SMALL);
        hub.advance(Duration.ofDays(1));

        assertThat(outcome().state()).isEqualTo(State.CANCELLED);
        assertThat(outcome().reason()).isEqualTo("The bank is down.");
        assertThat(hub.called()).filteredOn("TakePayment"::equals).hasSize(6);
        assertThat(outcome().undone()).containsExactly("RefundPayment", "ReturnStock", "ReturnStock");
    }

    @Test
    void whatCannotBeUndoneIsLeftToAHuman() {
        hub.activity("Ship", context -> {
            throw new NonRetriableException("No van.");
        });
        hub.activity("RefundPayment", context -> {
            throw new NonRetriableException("The account is closed.");
        });
        start(SMALL);

        assertThat(hub.failure("o"))
                .contains("No van.", "to be done by hand: RefundPayment of ", "19980", "The account is closed.");
        assertThat(hub.called()).endsWith("RecallParcel", "RefundPayment", "ReturnStock", "ReturnStock");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            -                                                                     | needs an order: {"customer"
            {}                                                                    | An order has 1 to 100 'lines'
            {"customer":"a","shipTo":"DE","lines":[]}                             | An order has 1 to 100 'lines'
            {"customer":"a","shipTo":"DE","lines":[null]}                         | Line 1 of the order is null
            {"customer":"a","shipTo":"de","lines":[{}]}                           | two capital letters, not 'de'
            {"customer":"a","lines":[{}]}                                         | two capital letters, not 'null'
            {"customer":"a","shipTo":"DE","lines":[{"quantity":1,"price":1}]}     | A 'sku' has 1 to 64 letters
            {"customer":"a","shipTo":"DE","lines":[{"sku":"a/b","quantity":1,"price":1}]} | this is 'a/b'
            {"customer":"a","shipTo":"DE","lines":[{"sku":"a","price":1}]}        | quantity of 'a' is from 1 to 10000, not 0
            {"customer":"a","shipTo":"DE","lines":[{"sku":"a","quantity":1}]}     | price of 'a' is from 0
            {"customer":"a","shipTo":"DE","lines":[{"sku":"a","quantity":1,"price":-1}]}    | price of 'a' is from 0
            {"customer":"a","shipTo":"DE","lines":[{"sku":"a","quantity":1,"price":0.001}]} | price of 'a' is from 0
            {"customer":"a","shipTo":"DE","lines":[{"sku":"a","quantity":1,"price":1},{"sku":"a","quantity":1,"price":1}]} | two lines for 'a'
            {"shipTo":"DE","lines":[{"sku":"a","quantity":1,"price":1}]}          | A 'customer' has 1 to 64 letters
            {"customer":"a","shipTo":"DE","approvalWithin":"24h","lines":[{"sku":"a","quantity":1,"price":1}]}  | a duration as PT24H or PT90M, not '24h'
            {"customer":"a","shipTo":"DE","approvalWithin":"PT0S","lines":[{"sku":"a","quantity":1,"price":1}]} | more than nothing
            """)
    void refusesWhatIsNoOrder(@Nullable String input, String message) {
        start(input);

        assertThat(hub.failure("o")).contains(message);
        assertThat(hub.calls()).isEmpty();
    }

    private void start(@Nullable String input) {
        hub.startWithJson("OrderSaga", "o", input);
        hub.settle();
    }

    private OrderOutcome outcome() {
        return Objects.requireNonNull(hub.output("o", OrderOutcome.class));
    }
}
