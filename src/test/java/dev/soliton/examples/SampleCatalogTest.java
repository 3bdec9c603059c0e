package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.util.BinaryData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SampleCatalogTest {

    @Test
    void theShippedFilesAreWhatTheGeneratorMakes() throws IOException {
        assertThat(Files.readString(SampleCatalog.CSV)).isEqualTo(SampleCatalog.csv());
        assertThat(Files.readString(SampleCatalog.JSON)).isEqualTo(SampleCatalog.json());
    }

    @Test
    void theJsonHoldsTheCsv() {
        assertThat(BinaryData.fromString(SampleCatalog.json()).<Map<String, String>>toObject(new StringMap()))
                .containsOnly(Map.entry("supplier", "acme"), Map.entry("csv", SampleCatalog.csv()));
    }

    @Test
    void validationRejectsTheBadRowsAndNoOthers() throws IOException {
        CatalogCheck check = CatalogText.check(SampleCatalog.csv().getBytes(StandardCharsets.UTF_8), 500);

        assertThat(check.rows()).isEqualTo(SampleCatalog.ROWS);
        // Names of two lines, in rows 613, 1226, 1839 and 2452, move the lines of those below.
        assertThat(check.rejected())
                .extracting(row -> row.line() + " " + row.reason())
                .containsExactly(
                        "101 name is missing",
                        "251 it has 6 fields, not 5",
                        "252 price '24,90' is not a number like 12.50",
                        "779 stock '-3' is negative",
                        "1202 sku is that of line 43 already",
                        "1503 currency 'EURO' is not a code of ISO 4217, like EUR",
                        "2003 name has 310 characters, at most 256 are allowed",
                        "2304 it has 3 fields, not 5",
                        "2723 price 'free' is not a number like 12.50; currency is missing;"
                                + " stock 'many' is not a whole number",
                        "3005 sku is missing");
    }

    private static final class StringMap extends com.azure.core.util.serializer.TypeReference<Map<String, String>> {}
}
