package dev.soliton.examples;

import com.azure.data.tables.TableServiceClient;
import dev.soliton.examples.ShopLedger.Outcome;
import dev.soliton.orchestration.ActivityContext;
import dev.soliton.orchestration.NonRetriableException;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The example shop: the activities of {@link OrderSaga}. Each SKU starts with {@value #STOCK} pieces, each customer with
 * a credit of 5,000.00, and to each country the carrier takes {@value #PARCELS} parcels.
 *
 * <p>What is taken is booked under a name that the order gives, rather than under the task's ID: a call that is retried
 * has a new ID, and whoever undoes a step has to name it even if it never answered.
 */
final class Shop {
    static final String TAKE_STOCK = "TakeStock";
    static final String RETURN_STOCK = "ReturnStock";
    static final String TAKE_PAYMENT = "TakePayment";
    static final String REFUND_PAYMENT = "RefundPayment";
    static final String SHIP = "Ship";
    static final String RECALL_PARCEL = "RecallParcel";

    static final int STOCK = 100;
    static final long CREDIT_CENTS = 500_000;
    static final int PARCELS = 1_000;

    private static final Set<String> CARRIER_GOES_TO = Set.of(
            "AT", "BE", "CH", "DE", "DK", "ES", "FI", "FR", "GB", "IE", "IT", "NL", "NO", "PL", "PT", "SE", "US");

    private final Supplier<TableServiceClient> tables;

    Shop(Supplier<TableServiceClient> tables) {
        this.tables = tables;
    }

    /**
     * Pieces to take, or to return.
     *
     * @param order names the order
     * @param quantity how many; of no interest where they are returned
     */
    record Pieces(String order, String sku, int quantity) {}

    /**
     * Money to take, or to give back.
     *
     * @param order names the order
     * @param cents how much; of no interest where it is given back
     */
    record Payment(String order, String customer, long cents) {}

    /** A parcel to send, or to take back. */
    record Shipment(String order, String shipTo) {}

    /** Takes pieces out of the stock. */
    @Nullable
    Object takeStock(ActivityContext context) {
        Pieces pieces = Objects.requireNonNull(context.getInput(Pieces.class));
        if (!OrderRequest.isName(pieces.sku()) || !OrderRequest.isQuantity(pieces.quantity())) {
            throw new NonRetriableException("These are no pieces that anybody ordered.");
        }
        Outcome outcome = ledger().take(stock(pieces.sku()), pieces.order(), pieces.quantity());
        if (outcome instanceof Outcome.NotEnough shortage) {
            throw new NonRetriableException(
                    "Of '" + pieces.sku() + "' " + shortage.left() + " are left, not " + pieces.quantity() + ".");
        }
        return booked(outcome, pieces.order());
    }

    /** Puts the pieces back that an order took, if it did. */
    @Nullable
    Object returnStock(ActivityContext context) {
        Pieces pieces = Objects.requireNonNull(context.getInput(Pieces.class));
        ledger().undo(stock(pieces.sku()), pieces.order());
        return null;
    }

    /** Takes the money for an order. */
    @Nullable
    Object takePayment(ActivityContext context) {
        Payment payment = Objects.requireNonNull(context.getInput(Payment.class));
        if (!OrderRequest.isName(payment.customer()) || payment.cents() < 0) {
            throw new NonRetriableException("This is no payment for an order.");
        }
        Outcome outcome = ledger().take(credit(payment.customer()), payment.order(), payment.cents());
        if (outcome instanceof Outcome.NotEnough shortage) {
            throw new NonRetriableException("The customer '" + payment.customer() + "' has a credit of "
                    + money(shortage.left()) + " left, and is to pay " + money(payment.cents()) + ".");
        }
        return booked(outcome, payment.order());
    }

    /** Gives back the money that was taken for an order, if it was. */
    @Nullable
    Object refundPayment(ActivityContext context) {
        Payment payment = Objects.requireNonNull(context.getInput(Payment.class));
        ledger().undo(credit(payment.customer()), payment.order());
        return null;
    }

    /** Hands a parcel to the carrier, and returns its number. */
    String ship(ActivityContext context) {
        Shipment shipment = Objects.requireNonNull(context.getInput(Shipment.class));
        if (!CARRIER_GOES_TO.contains(shipment.shipTo())) {
            throw new NonRetriableException("The carrier does not go to '" + shipment.shipTo() + "'.");
        }
        Outcome outcome = ledger().take(van(shipment), shipment.order(), 1);
        if (outcome instanceof Outcome.NotEnough) {
            throw new NonRetriableException("The carrier takes no more parcels to '" + shipment.shipTo() + "'.");
        }
        booked(outcome, shipment.order());
        return shipment.shipTo() + "-" + shipment.order();
    }

    /** Has the carrier give back the parcel of an order, if there is one. */
    @Nullable
    Object recallParcel(ActivityContext context) {
        Shipment shipment = Objects.requireNonNull(context.getInput(Shipment.class));
        ledger().undo(van(shipment), shipment.order());
        return null;
    }

    /** An amount of money as text. */
    static String money(long cents) {
        return BigDecimal.valueOf(cents, 2).toPlainString();
    }

    private static @Nullable Object booked(Outcome outcome, String order) {
        if (outcome instanceof Outcome.Undone) {
            throw new NonRetriableException("The order " + order + " was cancelled meanwhile.");
        }
        return null;
    }

    private ShopLedger ledger() {
        return new ShopLedger(tables.get());
    }

    private static ShopLedger.Account stock(String sku) {
        return new ShopLedger.Account("stock-" + sku, STOCK);
    }

    private static ShopLedger.Account credit(String customer) {
        return new ShopLedger.Account("credit-" + customer, CREDIT_CENTS);
    }

    private static ShopLedger.Account van(Shipment shipment) {
        return new ShopLedger.Account("parcels-" + shipment.shipTo(), PARCELS);
    }
}
