package dev.soliton.examples;

import com.azure.data.tables.TableClient;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableTransactionAction;
import com.azure.data.tables.models.TableTransactionActionType;
import com.azure.data.tables.models.TableTransactionFailedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of the example shop, in an Azure table: how many pieces of a SKU are left, how much a customer may spend.
 *
 * <p>An account is a partition with a row for its balance and one for each booking. Both change in one transaction, so
 * that a booking that is repeated is seen, and changes nothing. To undo a booking that never came leaves a row all the
 * same: should it come late, it finds that it is not wanted any more.
 */
final class ShopLedger {
    static final String TABLE = "Shop";

    private static final String BALANCE = "balance";
    private static final String LEFT = "Left";
    private static final String AMOUNT = "Amount";
    private static final String STATE = "State";
    private static final String TAKEN = "taken";
    private static final String UNDONE = "undone";

    /** How often a booking is tried where others book on the same account. */
    private static final int ATTEMPTS = 20;

    private final TableServiceClient tables;

    ShopLedger(TableServiceClient tables) {
        this.tables = tables;
    }

    /**
     * An account.
     *
     * @param name unique, of what may be in a key
     * @param opening what there is before the first booking
     */
    record Account(String name, long opening) {}

    /** What became of a booking. */
    sealed interface Outcome {
        /** It is booked. */
        record Booked() implements Outcome {}

        /**
         * There is not that much.
         *
         * @param left how much there is
         */
        record NotEnough(long left) implements Outcome {}

        /** It was undone, by somebody who did not wait for it. */
        record Undone() implements Outcome {}
    }

    /** Takes an amount from an account, once for each name of a booking. */
    Outcome take(Account account, String booking, long amount) {
        return repeatedly(account, () -> {
            Map<String, TableEntity> rows = rows(account, booking);
            TableEntity before = rows.get(row(booking));
            if (before != null) {
                return TAKEN.equals(before.getProperty(STATE)) ? new Outcome.Booked() : new Outcome.Undone();
            }
            TableEntity balance = rows.get(BALANCE);
            long left = left(account, balance);
            if (left < amount) {
                return new Outcome.NotEnough(left);
            }
            table().submitTransaction(List.of(
                    settle(account, balance, left - amount), entry(account, booking, null, amount, TAKEN)));
            return new Outcome.Booked();
        });
    }

    /** Undoes a booking, once, and also if it was never made. */
    void undo(Account account, String booking) {
        repeatedly(account, () -> {
            Map<String, TableEntity> rows = rows(account, booking);
            TableEntity before = rows.get(row(booking));
            if (before == null) {
                table().submitTransaction(List.of(entry(account, booking, null, 0, UNDONE)));
            } else if (TAKEN.equals(before.getProperty(STATE))) {
                TableEntity balance = rows.get(BALANCE);
                long amount = number(before, AMOUNT);
                table().submitTransaction(List.of(
                        settle(account, balance, left(account, balance) + amount),
                        entry(account, booking, before, amount, UNDONE)));
            }
            return new Outcome.Undone();
        });
    }

    private interface Attempt {
        Outcome run();
    }

    /** Reads and writes until nobody comes between. A lost answer is found out in the same way. */
    private Outcome repeatedly(Account account, Attempt attempt) {
        tables.createTableIfNotExists(TABLE);
        TableTransactionFailedException last = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                return attempt.run();
            } catch (TableTransactionFailedException raced) {
                last = raced;
            }
        }
        throw new IllegalStateException("Too many book on " + account.name() + " at once.", last);
    }

    private TableClient table() {
        return tables.getTableClient(TABLE);
    }

    private Map<String, TableEntity> rows(Account account, String booking) {
        String filter = "PartitionKey eq " + quoted(account.name()) + " and (RowKey eq '" + BALANCE + "' or RowKey eq "
                + quoted(row(booking)) + ")";
        Map<String, TableEntity> rows = new HashMap<>();
        table().listEntities(new ListEntitiesOptions().setFilter(filter), null, null)
                .forEach(row -> rows.put(row.getRowKey(), row));
        return rows;
    }

    /** A text within a filter: a quote would end it, and what follows would be read as a part of the filter. */
    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static long left(Account account, @Nullable TableEntity balance) {
        return balance == null ? account.opening() : number(balance, LEFT);
    }

    private static TableTransactionAction settle(Account account, @Nullable TableEntity balance, long left) {
        return put(new TableEntity(account.name(), BALANCE).addProperty(LEFT, left), balance);
    }

    private static TableTransactionAction entry(
            Account account, String booking, @Nullable TableEntity before, long amount, String state) {
        TableEntity entry = new TableEntity(account.name(), row(booking))
                .addProperty(AMOUNT, amount)
                .addProperty(STATE, state);
        return put(entry, before);
    }

    /** Writes a row if it is as it was read. */
    private static TableTransactionAction put(TableEntity row, @Nullable TableEntity before) {
        if (before == null) {
            return new TableTransactionAction(TableTransactionActionType.CREATE, row);
        }
        row.addProperty("odata.etag", before.getETag());
        return new TableTransactionAction(TableTransactionActionType.UPDATE_REPLACE, row, true);
    }

    private static String row(String booking) {
        return "booking-" + booking;
    }

    private static long number(TableEntity row, String property) {
        return ((Number) Objects.requireNonNull(row.getProperty(property), property)).longValue();
    }
}
