package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProductEntityTest {

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            ACME-00042.b, ACME-00042.b
            a/b,          a_002fb
            a\\b,         a_005cb
            a#b?c,        a_0023b_003fc
            a_002fb,      a_005f002fb
            50% off,      50_0025_0020off
            é,            _00e9
            😀,           _d83d_de00
            """)
    void keysHoldAnySku(String sku, String key) {
        assertThat(ProductEntity.rowKey(sku)).isEqualTo(key);
    }

    @Test
    void theLongestKeyIsWithinTheLimitOfAKibibyte() {
        assertThat(ProductEntity.rowKey("/".repeat(ProductRules.MAX_SKU_LENGTH)).length() * 2)
                .isLessThanOrEqualTo(1024);
    }

    @Test
    void aProductIsKeptAsItWasWritten() {
        var product = new Product("a/1", "Oak table", new BigDecimal("12.50"), "EUR", 7);

        var entity = ProductEntity.of("acme", product);

        assertThat(entity.getPartitionKey()).isEqualTo("acme");
        assertThat(entity.getRowKey()).isEqualTo("a_002f1");
        assertThat(entity.getProperties())
                .containsAllEntriesOf(
                        Map.of("Sku", "a/1", "Name", "Oak table", "Price", "12.50", "Currency", "EUR", "Stock", 7));
    }
}
