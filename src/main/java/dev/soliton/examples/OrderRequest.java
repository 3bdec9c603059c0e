package dev.soliton.examples;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The input of {@link OrderSaga}: what somebody orders.
 *
 * @param customer who pays
 * @param shipTo the country that it goes to, as two capital letters
 * @param lines what is ordered, each SKU once
 * @param approvalWithin how long a large order waits for its approval, as ISO-8601 ({@code PT24H}); 24 hours if left out
 */
record OrderRequest(
        @Nullable String customer,
        @Nullable String shipTo,
        @Nullable List<@Nullable Line> lines,
        @Nullable String approvalWithin) {
    private static final String EXAMPLE = "{\"customer\": \"ada\", \"shipTo\": \"DE\", \"lines\":"
            + " [{\"sku\": \"LAMP-1\", \"quantity\": 2, \"price\": 39.90}]}";
    private static final int MAX_LINES = 100;
    private static final int MAX_QUANTITY = 10_000;
    private static final BigDecimal MAX_PRICE = BigDecimal.valueOf(1_000_000);
    private static final Duration MAX_WAIT = Duration.ofDays(365);

    /** What becomes a key of a table keeps to what a key can be. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

    /**
     * So many pieces of one thing.
     *
     * @param price of one piece
     */
    record Line(@Nullable String sku, int quantity, @Nullable BigDecimal price) {}

    /**
     * An order that can be carried out.
     *
     * @param lines what is ordered
     * @param cents what it costs in all
     * @param approvalWithin how long it waits for its approval, if it needs one
     */
    record Order(String customer, String shipTo, List<Item> lines, long cents, Duration approvalWithin) {}

    /** So many pieces of one thing, of which there may be that many. */
    record Item(String sku, int quantity) {}

    /**
     * The order that is asked for.
     *
     * @throws IllegalArgumentException if it cannot be carried out; the message says why
     */
    static Order orderOf(@Nullable OrderRequest request) {
        if (request == null) {
            throw new IllegalArgumentException("OrderSaga needs an order: " + EXAMPLE);
        }
        return request.order();
    }

    private Order order() {
        if (lines == null || lines.isEmpty() || lines.size() > MAX_LINES) {
            throw new IllegalArgumentException("An order has 1 to " + MAX_LINES + " 'lines': " + EXAMPLE);
        }
        if (shipTo == null || !shipTo.matches("[A-Z]{2}")) {
            throw new IllegalArgumentException("'shipTo' is a country of two capital letters, not '" + shipTo + "'.");
        }
        List<Item> items = new ArrayList<>();
        Set<String> skus = new HashSet<>();
        long cents = 0;
        for (Line line : lines) {
            if (line == null) {
                throw new IllegalArgumentException("Line " + (items.size() + 1) + " of the order is null.");
            }
            Item item = item(line);
            if (!skus.add(item.sku())) {
                throw new IllegalArgumentException("The order has two lines for '" + item.sku() + "'; make it one.");
            }
            items.add(item);
            cents += cents(line) * item.quantity();
        }
        return new Order(name("customer", customer), shipTo, items, cents, within());
    }

    /** Whether something can be a name of a customer or a SKU, and so a part of a key. */
    static boolean isName(@Nullable String given) {
        return given != null && NAME.matcher(given).matches();
    }

    /** Whether that many pieces can be ordered of one thing. */
    static boolean isQuantity(int quantity) {
        return quantity >= 1 && quantity <= MAX_QUANTITY;
    }

    private static Item item(Line line) {
        String sku = name("sku", line.sku());
        if (!isQuantity(line.quantity())) {
            throw new IllegalArgumentException(
                    "The quantity of '" + sku + "' is from 1 to " + MAX_QUANTITY + ", not " + line.quantity() + ".");
        }
        return new Item(sku, line.quantity());
    }

    private static long cents(Line line) {
        BigDecimal price = line.price();
        if (price == null || price.signum() < 0 || price.compareTo(MAX_PRICE) > 0 || price.scale() > 2) {
            throw new IllegalArgumentException("The price of '" + line.sku() + "' is from 0 to " + MAX_PRICE
                    + ", with at most two decimals, not " + price + ".");
        }
        return price.movePointRight(2).longValueExact();
    }

    private static String name(String what, @Nullable String given) {
        if (given == null || !isName(given)) {
            throw new IllegalArgumentException(
                    "A '" + what + "' has 1 to 64 letters, digits and . _ @ - in it, a letter"
                            + " or a digit first; this is '" + given + "'.");
        }
        return given;
    }

    private Duration within() {
        if (approvalWithin == null) {
            return Duration.ofHours(24);
        }
        Duration within;
        try {
            within = Duration.parse(approvalWithin);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'approvalWithin' is a duration as PT24H or PT90M, not '" + approvalWithin + "'.", e);
        }
        if (within.isNegative() || within.isZero() || within.compareTo(MAX_WAIT) > 0) {
            throw new IllegalArgumentException(
                    "'approvalWithin' is more than nothing and at most a year, not '" + approvalWithin + "'.");
        }
        return within;
    }
}
