package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.data.tables.TableClient;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.TableServiceClientBuilder;
import com.azure.data.tables.models.TableEntity;
import dev.soliton.app.FakeEnvironment;
import dev.soliton.examples.OrderOutcome.State;
import dev.soliton.examples.ShopLedger.Account;
import dev.soliton.examples.ShopLedger.Outcome;
import dev.soliton.local.Azurite;
import dev.soliton.orchestration.Registry;
import dev.soliton.testkit.TestHub;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Orders with their real activities, in Azurite. Each test has things and customers of its own. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OrderSagaIT {
    private final Azurite azurite = Azurite.start(Azurite.Options.inMemory());
    private final TableServiceClient tables = new TableServiceClientBuilder()
            .connectionString(azurite.connectionString())
            .buildClient();
    private final TableClient shop = tables.getTableClient("Shop");
    private final ShopLedger ledger = new ShopLedger(tables);
    // One hub for all orders: they are told apart by their executions.
    private final TestHub hub = new TestHub(registry());
    private int orders;

    private Registry registry() {
        Registry registry = new Registry();
        new Examples().register(registry, new FakeEnvironment(Map.of(), tables, null));
        return registry;
    }

    @AfterAll
    void stopAzurite() {
        hub.close();
        azurite.close();
    }

    @Test
    void shipsAnOrder() {
        OrderOutcome outcome = order("ada", "DE", new Line("lamp", 2, "39.90"), new Line("desk", 1, "120"));

        assertThat(outcome.state()).isEqualTo(State.SHIPPED);
        assertThat(outcome.parcel()).startsWith("DE-");
        assertThat(left("stock-lamp")).isEqualTo(98);
        assertThat(left("stock-desk")).isEqualTo(99);
        assertThat(left("credit-ada")).isEqualTo(500_000 - 19_980);
    }

    @Test
    void whatIsNotThereIsReturnedAsAWhole() {
        assertThat(order("bob", "DE", new Line("chair", 95, "1")).state()).isEqualTo(State.SHIPPED);
        OrderOutcome outcome = order("bob", "DE", new Line("stool", 5, "1"), new Line("chair", 6, "1"));

        assertThat(outcome.state()).isEqualTo(State.CANCELLED);
        assertThat(outcome.reason()).isEqualTo("Of 'chair' 5 are left, not 6.");
        assertThat(left("stock-stool")).isEqualTo(100);
        assertThat(left("stock-chair")).isEqualTo(5);
        assertThat(left("credit-bob")).isEqualTo(500_000 - 9_500);
    }

    @Test
    void aCreditThatIsUsedUpCancelsTheOrder() {
        for (int i = 0; i < 5; i++) {
            assertThat(order("eve", "DE", new Line("bench", 1, "999")).state()).isEqualTo(State.SHIPPED);
        }
        OrderOutcome outcome = order("eve", "DE", new Line("bench", 1, "999"));

        assertThat(outcome.reason()).isEqualTo("The customer 'eve' has a credit of 5.00 left, and is to pay 999.00.");
        assertThat(left("stock-bench")).isEqualTo(95);
        assertThat(left("credit-eve")).isEqualTo(500);
    }

    @Test
    void aParcelThatCannotBeSentGivesEverythingBack() {
        OrderOutcome outcome = order("dan", "AQ", new Line("tent", 3, "10"));

        assertThat(outcome.reason()).isEqualTo("The carrier does not go to 'AQ'.");
        assertThat(outcome.undone()).containsExactly("RecallParcel", "RefundPayment", "ReturnStock");
        assertThat(left("stock-tent")).isEqualTo(100);
        assertThat(left("credit-dan")).isEqualTo(500_000);
    }

    @Test
    void everyBookingCountsOnceHoweverOftenItIsMade() {
        Account account = new Account("repeated", 10);

        assertThat(ledger.take(account, "a", 4)).isEqualTo(new Outcome.Booked());
        assertThat(ledger.take(account, "a", 4)).isEqualTo(new Outcome.Booked());
        assertThat(ledger.take(account, "b", 7)).isEqualTo(new Outcome.NotEnough(6));
        assertThat(left("repeated")).isEqualTo(6);

        ledger.undo(account, "a");
        ledger.undo(account, "a");
        assertThat(left("repeated")).isEqualTo(10);
    }

    @Test
    void aBookingThatComesAfterItsUndoingIsRefused() {
        Account account = new Account("late", 10);
        ledger.take(account, "first", 1);

        ledger.undo(account, "a");

        assertThat(ledger.take(account, "a", 4)).isEqualTo(new Outcome.Undone());
        assertThat(left("late")).isEqualTo(9);
    }

    @Test
    void bookingsSideBySideAreAllCounted() throws Exception {
        Account account = new Account("busy", 1_000);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Outcome>> bookings = IntStream.range(0, 24)
                    .<Callable<Outcome>>mapToObj(i -> () -> ledger.take(account, "b" + i / 2, 10))
                    .toList();
            for (var booked : threads.invokeAll(bookings)) {
                assertThat(booked.get()).isEqualTo(new Outcome.Booked());
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(left("busy")).isEqualTo(1_000 - 12 * 10);
    }

    private record Line(String sku, int quantity, BigDecimal price) {
        Line(String sku, int quantity, String price) {
            this(sku, quantity, new BigDecimal(price));
        }
    }

    private OrderOutcome order(String customer, String shipTo, Line... lines) {
        String id = "order-" + ++orders;
        hub.start("OrderSaga", id, Map.of("customer", customer, "shipTo", shipTo, "lines", List.of(lines)));
        hub.settle();
        return hub.output(id, OrderOutcome.class);
    }

    private long left(String account) {
        TableEntity balance = shop.getEntity(account, "balance");
        return ((Number) Objects.requireNonNull(balance.getProperty("Left"))).longValue();
    }
}
