package dev.soliton.examples;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What makes a row of a catalog a product. Blanks around a value do not count. */
final class ProductRules {
    /** The columns that a catalog has: these and no others. */
    static final List<String> COLUMNS = List.of("sku", "name", "price", "currency", "stock");

    static final int MAX_SKU_LENGTH = 64;
    static final int MAX_NAME_LENGTH = 256;
    static final int MAX_STOCK = 1_000_000_000;

    private static final Pattern NOT_IN_SKU = Pattern.compile("\\p{Cntrl}");
    private static final Pattern NOT_IN_NAME = Pattern.compile("[\\p{Cntrl}&&[^\\t\\r\\n]]");
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,20}(\\.\\d{1,20})?");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?\\d{1,20}");
    private static final BigDecimal MAX_PRICE = new BigDecimal("999999999999");
    private static final int MAX_DECIMALS = 4;
    private static final int MAX_QUOTED = 40;
    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());

    private final List<String> columns;

    /**
     * Takes the columns in the order in which rows have them.
     *
     * @throws ImportException if one is missing, unknown or there twice
     */
    ProductRules(List<String> columns) {
        this.columns = List.copyOf(columns);
        if (this.columns.size() != COLUMNS.size() || !Set.copyOf(this.columns).equals(Set.copyOf(COLUMNS))) {
            throw new ImportException("The header should name the columns " + String.join(",", COLUMNS)
                    + ", in any order and each once. It has other columns.");
        }
    }

    List<String> columns() {
        return columns;
    }

    /** Checks a row, and reports all that is wrong with it, not just the first. */
    CatalogRow check(long line, List<String> fields) {
        List<String> problems = new ArrayList<>();
        String sku = value(fields, "sku");
        if (fields.size() != columns.size()) {
            problems.add("it has " + fields.size() + " fields, not " + columns.size());
        } else {
            checkText("sku", sku, MAX_SKU_LENGTH, NOT_IN_SKU, problems);
            String name = value(fields, "name");
            checkText("name", name, MAX_NAME_LENGTH, NOT_IN_NAME, problems);
            BigDecimal price = price(value(fields, "price"), problems);
            String currency = value(fields, "currency");
            checkCurrency(currency, problems);
            Integer stock = stock(value(fields, "stock"), problems);
            if (problems.isEmpty() && price != null && stock != null) {
                return new CatalogRow.Good(line, new Product(sku, name, price, currency, stock));
            }
        }
        long lastLine = line + lineBreaks(fields);
        if (lastLine > line) {
            problems.add("it goes on to line " + lastLine + ", is a quote left open?");
        }
        return new CatalogRow.Bad(new RejectedRow(line, shortened(sku), String.join("; ", problems)));
    }

    private String value(List<String> fields, String column) {
        int index = columns.indexOf(column);
        return index < fields.size() ? fields.get(index).strip() : "";
    }

    private static void checkText(
            String column, String value, int maxLength, Pattern forbidden, List<String> problems) {
        if (value.isEmpty()) {
            problems.add(column + " is missing");
        } else if (value.length() > maxLength) {
            problems.add(column + " has " + value.length() + " characters, at most " + maxLength + " are allowed");
        } else if (forbidden.matcher(value).find()) {
            problems.add(column + " has a control character in it");
        }
    }

    private static @Nullable BigDecimal price(String value, List<String> problems) {
        if (value.isEmpty()) {
            problems.add("price is missing");
        } else if (!NUMBER.matcher(value).matches()) {
            problems.add("price " + quoted(value) + " is not a number like 12.50");
        } else {
            BigDecimal price = new BigDecimal(value);
            if (price.signum() < 0) {
                problems.add("price " + quoted(value) + " is negative");
            } else if (price.compareTo(MAX_PRICE) > 0) {
                problems.add("price " + quoted(value) + " is more than " + MAX_PRICE);
            } else if (price.stripTrailingZeros().scale() > MAX_DECIMALS) {
                problems.add("price " + quoted(value) + " has more than " + MAX_DECIMALS + " decimals");
            } else {
                return price;
            }
        }
        return null;
    }

    private static void checkCurrency(String value, List<String> problems) {
        if (value.isEmpty()) {
            problems.add("currency is missing");
        } else if (!CURRENCIES.contains(value)) {
            problems.add("currency " + quoted(value) + " is not a code of ISO 4217, like EUR");
        }
    }

    private static @Nullable Integer stock(String value, List<String> problems) {
        if (value.isEmpty()) {
            problems.add("stock is missing");
        } else if (!WHOLE_NUMBER.matcher(value).matches()) {
            problems.add("stock " + quoted(value) + " is not a whole number");
        } else {
            BigDecimal stock = new BigDecimal(value);
            if (stock.signum() < 0) {
                problems.add("stock " + quoted(value) + " is negative");
            } else if (stock.compareTo(BigDecimal.valueOf(MAX_STOCK)) > 0) {
                problems.add("stock " + quoted(value) + " is more than " + MAX_STOCK);
            } else {
                return stock.intValueExact();
            }
        }
        return null;
    }

    private static long lineBreaks(List<String> fields) {
        long breaks = 0;
        for (String field : fields) {
            for (int i = 0; i < field.length(); i++) {
                char c = field.charAt(i);
                boolean insideCrLf = c == '\n' && i > 0 && field.charAt(i - 1) == '\r';
                if (c == '\r' || (c == '\n' && !insideCrLf)) {
                    breaks++;
                }
            }
        }
        return breaks;
    }

    private static String quoted(String value) {
        return "'" + shortened(value) + "'";
    }

    /** What is wrong can be of any length and content; what is reported of it should fit on a line. */
    private static String shortened(String value) {
        String start = value.codePointCount(0, value.length()) <= MAX_QUOTED
                ? value
                : value.substring(0, value.offsetByCodePoints(0, MAX_QUOTED)) + "…";
        return start.replaceAll("\\p{Cntrl}", " ");
    }
}
