package dev.soliton.examples;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Catalogs as tests write them. */
final class CatalogText {
    static final String HEADER = "sku,name,price,currency,stock\n";

    private CatalogText() {}

    static List<CatalogRow> rows(String csv) throws IOException {
        return rows(csv.getBytes(StandardCharsets.UTF_8));
    }

    static List<CatalogRow> rows(byte[] csv) throws IOException {
        List<CatalogRow> rows = new ArrayList<>();
        try (CatalogReader reader = CatalogReader.ofCatalog(new ByteArrayInputStream(csv))) {
            for (CatalogRow row = reader.next(); row != null; row = reader.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** Checks a catalog as {@link ValidateCatalog} does. */
    static CatalogCheck check(byte[] csv, int batchSize) throws IOException {
        CatalogCheck check = new CatalogCheck(batchSize);
        try (CatalogReader reader = CatalogReader.ofCatalog(new ByteArrayInputStream(csv))) {
            for (CatalogRow row = reader.next(); row != null; row = reader.next()) {
                check.add(row, reader.offset());
            }
            check.end(reader.bytesRead());
        }
        return check;
    }
}
