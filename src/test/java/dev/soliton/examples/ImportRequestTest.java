package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImportRequestTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            textBlock =
                    """
            acme,      import-acme
            -,         import-acme
            4-you,     import-4-you
            import,    import-import
            """)
    void theInstanceIdTellsTheSupplier(@Nullable String supplier, String instanceId) {
        assertThat(of(supplier).supplierOf(instanceId)).isEqualTo(instanceId.substring("import-".length()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            acme | import-other | share the instance ID 'import-acme', so that only one runs at a time; this one was started as 'import-other'.
            acme | acme         | share the instance ID 'import-acme'
            acme | Import-acme  | share the instance ID 'import-acme'
            -    | acme         | share the instance ID 'import-<supplier>'
            -    | import-      | share the instance ID 'import-<supplier>'
            Acme | import-Acme  | The supplier 'Acme' should be 1 to 63 characters of a-z
            -    | import-a.b   | The supplier 'a.b' should be
            -a   | import--a    | The supplier '-a' should be
            """)
    void anotherInstanceIdIsRefused(@Nullable String supplier, String instanceId, String message) {
        assertThatThrownBy(() -> of(supplier).supplierOf(instanceId))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            -        | -        | -   | says nothing to import; give {"container": "catalogs", "blob": "acme.csv"} or {"csv":
            catalogs | acme.csv | sku | both an inline 'csv' and a blob
            catalogs | -        | sku | both an inline 'csv' and a blob
            -        | acme.csv | -   | names the blob 'acme.csv' without its 'container'
            ''       | acme.csv | -   | names the blob 'acme.csv' without its 'container'
            catalogs | -        | -   | names the container 'catalogs' without a 'blob'
            catalogs | ' '      | -   | names the container 'catalogs' without a 'blob'
            Catalogs | acme.csv | -   | No container has a name like 'Catalogs'
            a--b     | acme.csv | -   | No container has a name like 'a--b'
            ab       | acme.csv | -   | No container has a name like 'ab'
            """)
    void oneSourceIsNeeded(@Nullable String container, @Nullable String blob, @Nullable String csv, String message) {
        assertThatThrownBy(() -> new ImportRequest(null, container, blob, csv).requireOneSource())
                .isInstanceOf(ImportException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aBlobOrAnInlineCsvWillDo() {
        var request = new ImportRequest(null, "my-catalogs-2", "in/acme.csv", null);
        request.requireOneSource();
        assertThat(request.source()).hasToString("my-catalogs-2/in/acme.csv");
        new ImportRequest(null, null, null, "").requireOneSource(); // empty: for the reader to complain about
    }

    private static ImportRequest of(@Nullable String supplier) {
        return new ImportRequest(supplier, "catalogs", "acme.csv", null);
    }
}
