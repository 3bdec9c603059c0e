package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProductRulesTest {
    private static final ProductRules RULES = new ProductRules(ProductRules.COLUMNS);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            A1;Table;12.50;EUR;7
            A1;Table;0;EUR;0
            A1;Table;+1;JPY;+1
            A1;Table;999999999999;EUR;1000000000
            A1;Table;1.2345;EUR;1
            A1;Table;1.23450000;EUR;1
            ' A1 ;Table ; 12.50; EUR ; 7 '
            A/1 #?;Tisch, rund;12.50;CHF;007
            """)
    void goodRows(String row) {
        assertThat(RULES.check(2, fields(row))).isInstanceOf(CatalogRow.Good.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            A1;Table;12.50;EUR             | it has 4 fields, not 5
            A1;Table;12;50;EUR;7           | it has 6 fields, not 5
            ' '                            | it has 1 fields, not 5
            ' ;Table;12.50;EUR;7'          | sku is missing
            A1; ;12.50;EUR;7               | name is missing
            A1;Table;;EUR;7                | price is missing
            A1;Table;12.50;;7              | currency is missing
            'A1;Table;12.50;EUR; '         | stock is missing
            A1;Table;12,50;EUR;7           | price '12,50' is not a number like 12.50
            A1;Table;1e3;EUR;7             | price '1e3' is not a number like 12.50
            A1;Table;.5;EUR;7              | price '.5' is not a number like 12.50
            A1;Table;١٢;EUR;7              | price '١٢' is not a number like 12.50
            A1;Table;-0.01;EUR;7           | price '-0.01' is negative
            A1;Table;1000000000000;EUR;7   | price '1000000000000' is more than 999999999999
            A1;Table;1.23456;EUR;7         | price '1.23456' has more than 4 decimals
            A1;Table;12.50;EURO;7          | currency 'EURO' is not a code of ISO 4217, like EUR
            A1;Table;12.50;eur;7           | currency 'eur' is not a code of ISO 4217, like EUR
            A1;Table;12.50;EUR;1.5         | stock '1.5' is not a whole number
            A1;Table;12.50;EUR;-1          | stock '-1' is negative
            A1;Table;12.50;EUR;1000000001  | stock '1000000001' is more than 1000000000
            A1;Table;12.50;EUR;many;       | it has 6 fields, not 5
            ;;free;;                       | sku is missing; name is missing; price 'free' is not a number like 12.50; currency is missing; stock is missing
            """)
    void badRows(String row, String reason) {
        assertThat(RULES.check(2, fields(row))).isInstanceOfSatisfying(CatalogRow.Bad.class, bad -> {
            assertThat(bad.rejected().reason()).isEqualTo(reason);
            assertThat(bad.line()).isEqualTo(2);
        });
    }

    @Test
    void lengthsAreLimited() {
        assertThat(RULES.check(2, List.of("s".repeat(64), "n".repeat(256), "1", "EUR", "1")))
                .isInstanceOf(CatalogRow.Good.class);
        assertThat(reason("s".repeat(65), "n".repeat(257), "1", "EUR", "1"))
                .isEqualTo("sku has 65 characters, at most 64 are allowed;"
                        + " name has 257 characters, at most 256 are allowed");
    }

    @Test
    void controlCharactersAreRefusedExceptLinesAndTabsInNames() {
        assertThat(RULES.check(2, List.of("A1", "Table\r\n\t(round)", "1", "EUR", "1")))
                .isInstanceOf(CatalogRow.Good.class);
        assertThat(reason("A\n1", "Ta\0ble", "1", "EUR", "1"))
                .startsWith("sku has a control character in it; name has a control character in it;");
    }

    @Test
    void aReportStaysReadableWhateverIsInTheRow() {
        String price = "9".repeat(100_000);
        assertThat(reason("A1", "Table", price, "EUR", "1\n2"))
                .isEqualTo("price '" + "9".repeat(40) + "…' is not a number like 12.50;"
                        + " stock '1 2' is not a whole number; it goes on to line 3, is a quote left open?");
        assertThat(((CatalogRow.Bad) RULES.check(2, List.of("😀".repeat(41))))
                        .rejected()
                        .sku())
                .isEqualTo("😀".repeat(40) + "…");
    }

    @Test
    void columnsMayComeInAnyOrder() {
        var rules = new ProductRules(List.of("stock", "currency", "price", "name", "sku"));

        assertThat(rules.check(5, List.of("7", "EUR", "12.50", "Table", "A1")))
                .isEqualTo(new CatalogRow.Good(5, new Product("A1", "Table", new BigDecimal("12.50"), "EUR", 7)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            sku;name;price;currency
            sku;name;price;currency;stock;colour
            sku;name;price;currency;currency
            sku;name;price;currency;stock;stock
            SKU;name;price;currency;stock
            ''
            """)
    void columnsAreTheseAndNoOthers(String columns) {
        assertThatThrownBy(() -> new ProductRules(fields(columns)))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("sku,name,price,currency,stock, in any order")
                .hasMessageEndingWith("It has other columns.");
    }

    private static String reason(String... fields) {
        return ((CatalogRow.Bad) RULES.check(2, List.of(fields))).rejected().reason();
    }

    private static List<String> fields(String row) {
        return List.of(row.split(";", -1));
    }
}
