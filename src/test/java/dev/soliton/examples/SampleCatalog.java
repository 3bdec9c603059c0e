package dev.soliton.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * The sample catalog under docs/samples: {@link #ROWS} rows of a supplier, of which {@link #BAD_ROWS} are bad in ways
 * that real catalogs are. Run {@link #main} to write it anew.
 */
final class SampleCatalog {
    static final int ROWS = 3_000;
    static final Path CSV = Path.of("docs/samples/acme-catalog.csv");
    static final Path JSON = Path.of("docs/samples/acme-catalog.json");

    /** The bad rows, by their number among the rows; the lines differ, since some names take two lines. */
    static final Map<Integer, String> BAD_ROWS = Map.of(
            100, "ACME-00100,,12.50,EUR,7",
            250, "ACME-00250,Brass hinge,12,50,EUR,40",
            251, "ACME-00251,Brass hinge (pair),\"24,90\",EUR,40",
            777, "ACME-00777,Steel shelf,89.00,EUR,-3",
            1200, "ACME-00042,Oak shelf,64.00,EUR,12",
            1500, "ACME-01500,Copper lamp,39.90,EURO,5",
            1999, "ACME-01999," + "very ".repeat(60) + "long shelf,99.00,EUR,1",
            2300, "ACME-02300,Glass table,249.00",
            2718, "ACME-02718,Linen chair,free,,many",
            3000, ",Oak chair,120.00,EUR,9");

    private static final String[] MATERIALS = {"Oak", "Steel", "Linen", "Glass", "Copper", "Ash", "Cork"};
    private static final String[] THINGS = {
        "table", "chair", "shelf", "lamp", "mirror", "bench", "stool", "étagère", "desk", "tray", "Hängeregal"
    };
    private static final String[] CURRENCIES = {"EUR", "EUR", "EUR", "USD", "GBP"};

    private SampleCatalog() {}

    static String csv() {
        StringBuilder csv = new StringBuilder("sku,name,price,currency,stock\n");
        for (int row = 1; row <= ROWS; row++) {
            csv.append(BAD_ROWS.containsKey(row) ? BAD_ROWS.get(row) : goodRow(row))
                    .append('\n');
        }
        return csv.toString();
    }

    /** The input of an import with the catalog inline: ready to be posted. */
    static String json() {
        String csv = csv().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return "{\"supplier\": \"acme\", \"csv\": \"" + csv + "\"}\n";
    }

    private static String goodRow(int row) {
        String name = MATERIALS[row % MATERIALS.length] + " " + THINGS[row % THINGS.length];
        if (row % 97 == 0) {
            name = "\"" + name + ", model \"\"Aurora " + row % 10 + "\"\"\"";
        } else if (row % 613 == 0) {
            name = "\"" + name + "\n(two parts)\"";
        }
        int cents = 199 + row * 7_919 % 50_000;
        return String.format(
                Locale.ROOT,
                "ACME-%05d,%s,%d.%02d,%s,%d",
                row,
                name,
                cents / 100,
                cents % 100,
                CURRENCIES[row % CURRENCIES.length],
                row * 31 % 500);
    }

    /** Writes the files; to be run in the project's root. */
    public static void main(String[] args) throws IOException {
        Files.createDirectories(CSV.getParent());
        Files.writeString(CSV, csv());
        Files.writeString(JSON, json());
    }
}
