package dev.soliton.examples;

import com.azure.data.tables.models.TableEntity;
import java.util.Locale;

/** How products are kept in a table: a partition for each supplier, a row for each SKU. */
final class ProductEntity {
    static final String TABLE = "Catalog";

    /** The service's limit; the products of a transaction share a partition, and no two of them a row. */
    static final int MAX_PER_TRANSACTION = 100;

    private ProductEntity() {}

    static TableEntity of(String supplier, Product product) {
        return new TableEntity(supplier, rowKey(product.sku()))
                .addProperty("Sku", product.sku())
                .addProperty("Name", product.name())
                // The service has no decimal type, and a binary fraction is not what was written in the catalog.
                .addProperty("Price", product.price().toPlainString())
                .addProperty("Currency", product.currency())
                .addProperty("Stock", product.stock());
    }

    /**
     * The SKU, so written that a key may hold it: what is not an ASCII letter, a digit, '-' or '.' becomes '_' and four
     * hexadecimal digits. Keys may not have {@code / \ # ?} and control characters, and some clients stumble over
     * others. Different SKUs have different keys.
     */
    static String rowKey(String sku) {
        StringBuilder key = new StringBuilder(sku.length());
        for (int i = 0; i < sku.length(); i++) {
            char c = sku.charAt(i);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.') {
                key.append(c);
            } else {
                key.append(String.format(Locale.ROOT, "_%04x", (int) c));
            }
        }
        return key.toString();
    }
}
