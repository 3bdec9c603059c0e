package dev.soliton.examples;

import static dev.soliton.examples.CatalogText.HEADER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CatalogReaderTest {
    private static final String END = ",12.50,EUR,7";

    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of("plain", HEADER + "A1,Table" + END, List.of("2 A1 Table")),
                Arguments.of("a last line break", HEADER + "A1,Table" + END + "\n", List.of("2 A1 Table")),
                Arguments.of("no rows", HEADER, List.of()),
                Arguments.of("no rows, no line break", HEADER.strip(), List.of()),
                Arguments.of(
                        "CR LF",
                        crLf(HEADER + "A1,Table" + END + "\nA2,Chair" + END + "\n"),
                        List.of("2 A1 Table", "3 A2 Chair")),
                Arguments.of("byte order mark", "\uFEFF" + HEADER + "A1,Table" + END, List.of("2 A1 Table")),
                Arguments.of(
                        "byte order mark before a quote",
                        "\uFEFF\"sku\",name,price,currency,stock\nA1,Table" + END,
                        List.of("2 A1 Table")),
                Arguments.of(
                        "header in other case and order",
                        "Stock,CURRENCY, price ,name,Sku\n7,EUR,12.50,Table,A1",
                        List.of("2 A1 Table")),
                Arguments.of(
                        "quotes around commas", HEADER + "\"A1\",\"Table, round\"" + END, List.of("2 A1 Table, round")),
                Arguments.of(
                        "doubled quotes",
                        HEADER + "A1,\"Table \"\"Aurora\"\"\"" + END,
                        List.of("2 A1 Table \"Aurora\"")),
                Arguments.of(
                        "line breaks in quotes",
                        HEADER + "A1,\"Table\nround\"" + END + "\nA2,\"Chair\r\n\r\nred\"" + END + "\nA3,Desk" + END,
                        List.of("2 A1 Table\nround", "4 A2 Chair\r\n\r\nred", "7 A3 Desk")),
                Arguments.of(
                        "blank lines",
                        "\n" + HEADER + "\n\nA1,Table" + END + "\n\n\nA2,Chair" + END + "\n\n",
                        List.of("5 A1 Table", "8 A2 Chair")),
                Arguments.of("beyond ASCII", HEADER + "Ä1,Étagère 😀" + END, List.of("2 Ä1 Étagère 😀")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    void readsRowsWithTheLinesTheyBeginOn(String name, String csv, List<String> rows) throws IOException {
        assertThat(CatalogText.rows(csv)).extracting(CatalogReaderTest::text).isEqualTo(rows);
    }

    @Test
    void goesOnAfterABadRow() throws IOException {
        String csv = HEADER + "A1,Table\nA2,\"Chair\n\",x,EUR,7\nA3,Desk" + END;

        assertThat(CatalogText.rows(csv))
                .extracting(CatalogReaderTest::text)
                .containsExactly(
                        "2: it has 2 fields, not 5",
                        "3: price 'x' is not a number like 12.50; it goes on to line 4, is a quote left open?",
                        "5 A3 Desk");
    }

    @Test
    void aQuoteLeftOpenIsReportedWithTheLinesThatItSwallows() throws IOException {
        String csv = HEADER + "A1,Table" + END + "\nA2,\"Chair" + END + "\nA3,Desk" + END + "\nA4,Lamp" + END + "\n";

        assertThat(CatalogText.rows(csv))
                .extracting(CatalogReaderTest::text)
                .containsExactly(
                        "2 A1 Table", "3: it has 2 fields, not 5; it goes on to line 6, is a quote left open?");
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("nothing", "", "The catalog is empty; its first line should be sku,name,"),
                Arguments.of("blank lines only", "\n\n", "The catalog is empty"),
                Arguments.of("another header", "id,title\n1,x\n", "It has other columns."),
                Arguments.of("no header", "A1,Table" + END, "It has other columns."),
                Arguments.of(
                        "text after a quote",
                        HEADER + "A1,Table" + END + "\nA2,\"Chair\" red" + END,
                        "cannot be read on after the row of line 2: Unexpected character after closing quote"),
                Arguments.of(
                        "an endless field",
                        HEADER + "A1,Table" + END + "\nA2,\"" + "x".repeat(1_100_000),
                        "cannot be read on after the row of line 2: "),
                Arguments.of(
                        "line breaks without end", HEADER + "\n".repeat(1_000_001), "has more than 1000000 lines"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void whatHasNoSureRowsFailsWhole(String name, String csv, String message) {
        assertThatThrownBy(() -> CatalogText.rows(csv))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @MethodSource("otherCharsets")
    void refusesOtherCharsets(Charset charset) {
        byte[] csv = ("\uFEFF" + HEADER + "A1,Étagère" + END).getBytes(charset);

        assertThatThrownBy(() -> CatalogText.rows(csv))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("should be in UTF-8");
    }

    static Stream<Charset> otherCharsets() {
        return Stream.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE);
    }

    @Test
    void refusesLatin1FarIntoTheFile() {
        byte[] csv = (HEADER + ("A1,Table" + END + "\n").repeat(5_000) + "A2,Étagère" + END)
                .getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> CatalogText.rows(csv))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("should be in UTF-8");
    }

    private static String text(CatalogRow row) {
        return row instanceof CatalogRow.Good good
                ? good.line() + " " + good.product().sku() + " "
                        + good.product().name()
                : row.line() + ": " + ((CatalogRow.Bad) row).rejected().reason();
    }

    private static String crLf(String text) {
        return text.replace("\n", "\r\n");
    }
}
