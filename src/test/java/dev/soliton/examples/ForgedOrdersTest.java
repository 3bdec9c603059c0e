package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.soliton.examples.Shop.Payment;
import dev.soliton.examples.Shop.Pieces;
import dev.soliton.orchestration.ActivityContext;
import dev.soliton.orchestration.NonRetriableException;
import dev.soliton.orchestration.Registry;
import org.junit.jupiter.api.Test;

/** Callers who would have the parts of an order done without the order. */
final class ForgedOrdersTest {
    private final Shop shop = new Shop(() -> {
        throw new AssertionError("The storage was asked for.");
    });

    @Test
    void paymentOfLessThanNothingOrOfNobodyIsRefusedBeforeTheLedgerIsAsked() {
        for (Payment forged : new Payment[] {
            new Payment("o", "mallory", -1),
            new Payment("o", "mallory", Long.MIN_VALUE),
            new Payment("o", "nobody' or PartitionKey eq 'credit-ada", 1),
            new Payment("o", "", 1)
        }) {
            ActivityContext context = mock();
            when(context.getInput(Payment.class)).thenReturn(forged);
            assertThatThrownBy(() -> shop.takePayment(context)).isInstanceOf(NonRetriableException.class);
        }
    }

    @Test
    void piecesOfLessThanOneOrOfNothingAreRefusedBeforeTheLedgerIsAsked() {
        for (Pieces forged : new Pieces[] {
            new Pieces("o", "LAMP-1", -5), new Pieces("o", "LAMP-1", 0), new Pieces("o", "a' or 'b", 1)
        }) {
            ActivityContext context = mock();
            when(context.getInput(Pieces.class)).thenReturn(forged);
            assertThatThrownBy(() -> shop.takeStock(context)).isInstanceOf(NonRetriableException.class);
        }
    }

    @Test
    void quoteInANameStaysInTheTextOfTheFilter() {
        assertThat(ShopLedger.quoted("x' or PartitionKey eq 'y")).isEqualTo("'x'' or PartitionKey eq ''y'");
    }

    @Test
    void partsOfAnOrderAreStartedByTheOrderAlone() {
        Registry registry = ExamplesTest.withoutStorage();
        assertThat(registry.isInternal(ChargePayment.NAME)).isTrue();
        assertThat(registry.isInternal(ReserveStock.NAME)).isTrue();
        assertThat(registry.isInternal(OrderSaga.NAME)).isFalse();
    }
}
