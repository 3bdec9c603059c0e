package dev.soliton.examples;

import static dev.soliton.examples.CatalogText.HEADER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CatalogCheckTest {

    @Test
    void theFirstRowOfASkuCounts() throws IOException {
        String csv = HEADER + good("A1") + "A1,broken\n" + good("A2") + good("A1") + good("a1") + good(" A1 ");

        CatalogCheck check = check(csv, 500);

        assertThat(check.rows()).isEqualTo(6);
        assertThat(check.rejected())
                .containsExactly(
                        new RejectedRow(3, "A1", "it has 2 fields, not 5"),
                        new RejectedRow(5, "A1", "sku is that of line 2 already"),
                        new RejectedRow(7, "A1", "sku is that of line 2 already"));
    }

    @Test
    void aBadRowTakesNoSku() throws IOException {
        assertThat(check(HEADER + "A1,Table,1,EUR,-1\n" + good("A1"), 500).rejected())
                .extracting(RejectedRow::line)
                .containsExactly(2L);
    }

    @Test
    void batchesAreRangesOfBytes() throws IOException {
        String csv = HEADER + good("A1") + good("Ä2") + "\n" + "bad\n" + good("A4") + good("A5");
        long second = bytes(HEADER + good("A1") + good("Ä2") + "\n");
        long third = second + bytes("bad\n" + good("A4"));

        assertThat(check(csv, 2).batches())
                .containsExactly(
                        new RowBatch(2, bytes(HEADER), second - bytes(HEADER), List.of()),
                        new RowBatch(5, second, third - second, List.of(5L)),
                        new RowBatch(7, third, bytes(csv) - third, List.of()));
    }

    @Test
    void batchesWithoutGoodRowsAreLeftOut() throws IOException {
        CatalogCheck check = check(HEADER + "bad\nbad\n" + good("A1") + good("A2") + "bad\n", 2);

        assertThat(check.batches()).extracting(RowBatch::firstLine).containsExactly(4L);
        assertThat(check.rejected()).hasSize(3);
        assertThat(check(HEADER, 2).batches()).isEmpty();
    }

    @Test
    void tooManyRowsAreRefused() {
        StringBuilder csv = new StringBuilder(HEADER);
        for (int i = 0; i < 100_001; i++) {
            csv.append(i).append('\n');
        }
        assertThatThrownBy(() -> check(csv.toString(), 500))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("more than 100000 rows");
    }

    /** Whatever the line breaks and wherever the buffers end, the batches hold just the rows of the whole. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theBatchesReadSeparatelyGiveTheRowsOfTheWhole(long seed) throws IOException {
        byte[] csv = randomCatalog(new Random(seed)).getBytes(StandardCharsets.UTF_8);
        List<CatalogRow> fromBatches = new ArrayList<>();
        List<RowBatch> batches = check(csv, 7).batches();
        for (RowBatch batch : batches) {
            var part = new ByteArrayInputStream(csv, (int) batch.offset(), (int) batch.length());
            try (CatalogReader reader = CatalogReader.ofRows(part, ProductRules.COLUMNS, batch.firstLine())) {
                for (CatalogRow row = reader.next(); row != null; row = reader.next()) {
                    fromBatches.add(row);
                }
            }
        }

        assertThat(batches).hasSizeGreaterThan(100);
        assertThat(fromBatches).isEqualTo(CatalogText.rows(csv));
    }

    private static String randomCatalog(Random random) {
        String[] breaks = {"\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\r\r"};
        String[] names = {"Table", "\"Ta\rble\"", "\"T\r\na\n\nble\"", "Étagère 😀", "\"a \"\"b\"\", c\"", "\"\r\""};
        StringBuilder csv = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "")
                .append(HEADER.strip())
                .append("\r\n");
        for (int i = 0; i < 2_000; i++) {
            // The first row of each batch is good, so that none is left out.
            boolean bad = i % 7 != 0 && random.nextInt(10) == 0;
            csv.append("A").append(i).append(',').append(names[random.nextInt(names.length)]);
            csv.append(bad ? ",1" : ",1,EUR,1").append(breaks[random.nextInt(breaks.length)]);
        }
        return csv.toString();
    }

    private static CatalogCheck check(String csv, int batchSize) throws IOException {
        return check(csv.getBytes(StandardCharsets.UTF_8), batchSize);
    }

    private static CatalogCheck check(byte[] csv, int batchSize) throws IOException {
        return CatalogText.check(csv, batchSize);
    }

    private static String good(String sku) {
        return sku + ",Table,12.50,EUR,7\n";
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
