package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.util.BinaryData;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.TableServiceClientBuilder;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.soliton.app.FakeEnvironment;
import dev.soliton.local.Azurite;
import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.Registry;
import dev.soliton.testkit.TestHub;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Imports with their real activities, into Azurite. Each test has a supplier and an own blob. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImportCatalogIT {
    private final Azurite azurite = Azurite.start(Azurite.Options.inMemory());
    private final TableServiceClient tables = new TableServiceClientBuilder()
            .connectionString(azurite.connectionString())
            .buildClient();
    private final BlobServiceClient blobs = new BlobServiceClientBuilder()
            .connectionString(azurite.connectionString())
            .buildClient();
    private final BlobContainerClient catalogs = blobs.getBlobContainerClient("catalogs");
    private final Registry registry = new Registry();
    // One for most imports: what they leave behind is named by their executions, or their suppliers.
    private final TestHub hub = hub();

    private TestHub hub() {
        new Examples().register(registry, new FakeEnvironment(Map.of(), tables, blobs));
        return new TestHub(registry);
    }

    @BeforeAll
    void createContainer() {
        catalogs.create();
    }

    @AfterAll
    void stopAzurite() {
        hub.close();
        azurite.close();
    }

    @Test
    void importsTheSampleInline() {
        ImportSummary summary = imported(hub, "acme", SampleCatalog.json());

        assertThat(summary.imported()).isEqualTo(2_990);
        assertThat(summary.rejected()).isEqualTo(10);
        assertThat(summary.rejectedRows()).extracting(RejectedRow::line).startsWith(101L, 251L, 252L);
        assertThat(summary.source())
                .isEqualTo(CatalogBlobs.upload(hub.status("import-acme").executionId())
                        .toString());
        assertThat(hub.calls())
                .filteredOn(call ->
                        call.instanceId().equals("import-acme") && call.name().equals("UpsertProducts"))
                .hasSize(6);
        assertThat(products("acme")).hasSize(2_990);
        assertThat(product("acme", "ACME-00613").getProperties())
                .containsEntry("Sku", "ACME-00613")
                .containsEntry("Name", "Copper desk\n(two parts)")
                .containsEntry("Price", "45.46")
                .containsEntry("Currency", "USD")
                .containsEntry("Stock", 3);
        assertThat(read(summary.summary()).toObject(ImportSummary.class)).isEqualTo(summary);
        assertThat(read(Objects.requireNonNull(summary.rejectedReport()))
                        .toString()
                        .lines())
                .hasSize(11)
                .startsWith("line,sku,reason", "101,ACME-00100,name is missing");
    }

    @Test
    void importsABlobAndReplacesWhatWasThere() {
        upload("blob.csv", "\uFEFF" + CatalogText.HEADER + "a/1 #?,Table,12.50,EUR,7\r\nb,Chair,1,EUR,1\r\n");
        ImportSummary first = imported(hub, "blob", fromBlob("blob.csv"));
        upload("blob.csv", "name,sku,stock,currency,price\nBig table,a/1 #?,0,USD,99\n");
        ImportSummary second;
        try (TestHub later = new TestHub(registry)) {
            second = imported(later, "blob", fromBlob("blob.csv"));
        }

        assertThat(first.imported()).isEqualTo(2);
        assertThat(second.imported()).isEqualTo(1);
        assertThat(second.rejectedReport()).isNull();
        assertThat(products("blob"))
                .extracting(entity -> entity.getProperty("Name"))
                .containsExactly("Big table", "Chair");
        assertThat(product("blob", "a/1 #?").getProperties())
                .containsEntry("Price", "99")
                .containsEntry("Stock", 0);
    }

    /** As after a crash behind each of them: the upload keeps its version, and all else comes out the same. */
    @Test
    void everyStepCanRunTwice() {
        try (TestHub twice = new TestHub(registry)) {
            for (String step : List.of("StoreUpload", "ValidateCatalog", "UpsertProducts", "WriteSummary")) {
                twice.activity(step, context -> {
                    Object first = real(step).run(context);
                    Object second = real(step).run(context);
                    assertThat(second).isEqualTo(first);
                    return second;
                });
            }
            ImportSummary summary = imported(twice, "twice", inline("twice"));

            assertThat(summary.imported()).isEqualTo(1);
            assertThat(summary.rejected()).isEqualTo(1);
            assertThat(products("twice")).hasSize(1);
        }
    }

    @Test
    void aCatalogOfNoRowsIsImported() {
        upload("header.csv", CatalogText.HEADER);

        ImportSummary summary = imported(hub, "header", fromBlob("header.csv"));

        assertThat(summary.rows()).isZero();
    }

    @Test
    void twoVersionsOfABlobAreNeverMixed() {
        upload("moving.csv", csv(1_200, "old"));

        String failure = failureWhere("moving", hub -> {
            if (Collections.frequency(hub.called(), "UpsertProducts") == 2) {
                upload("moving.csv", csv(1_200, "new"));
            }
        });

        assertThat(failure)
                .contains("The blob 'catalogs/moving.csv' changed, or was deleted, while it was being imported.");
        assertThat(products("moving")).hasSize(500).allMatch(entity -> "old".equals(entity.getProperty("Name")));
    }

    @Test
    void aBlobThatVanishesIsNamed() {
        upload("vanishing.csv", csv(10, "old"));

        String failure = failureWhere(
                "vanishing", hub -> catalogs.getBlobClient("vanishing.csv").delete());

        assertThat(failure)
                .contains("The blob 'catalogs/vanishing.csv' changed, or was deleted, while it was being imported.");
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThat(failure("none", fromBlob("none.csv")))
                .contains("There is no blob 'none.csv' in the container 'catalogs'.");
        assertThat(failure("nowhere", "{\"container\":\"nowhere\",\"blob\":\"none.csv\"}"))
                .contains("There is no container 'nowhere'.");
    }

    @Test
    void whatIsNoCatalogIsRefused() {
        upload("empty.csv", "");
        upload("title.csv", "id,title\n");
        catalogs.getBlobClient("latin1.csv")
                .upload(BinaryData.fromBytes(
                        (CatalogText.HEADER + "A1,Étagère,1,EUR,1").getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(failure("empty", fromBlob("empty.csv")))
                .contains("The catalog is empty; its first line should be sku,name,");
        assertThat(failure("title", fromBlob("title.csv"))).contains("It has other columns.");
        assertThat(failure("latin1", fromBlob("latin1.csv"))).contains("The catalog should be in UTF-8");
    }

    private static ImportSummary imported(TestHub hub, String supplier, String input) {
        hub.startWithJson("ImportCatalog", "import-" + supplier, input);
        hub.settle();
        return hub.output("import-" + supplier, ImportSummary.class);
    }

    private String failure(String supplier, String input) {
        return failure(hub, supplier, input);
    }

    private static String failure(TestHub hub, String supplier, String input) {
        hub.startWithJson("ImportCatalog", "import-" + supplier, input);
        hub.settle();
        return assertThat(hub.failure("import-" + supplier))
                .contains("dev.soliton.examples.ImportException: ")
                .actual();
    }

    /** How an import fails where something happens just before each batch is upserted. */
    private String failureWhere(String supplier, Consumer<TestHub> event) {
        try (TestHub disturbed = new TestHub(registry)) {
            disturbed.activity("UpsertProducts", context -> {
                event.accept(disturbed);
                return real("UpsertProducts").run(context);
            });
            return failure(disturbed, supplier, fromBlob(supplier + ".csv"));
        }
    }

    private Activity real(String name) {
        return registry.newActivity(name).orElseThrow();
    }

    private static String fromBlob(String blob) {
        return "{\"container\":\"catalogs\",\"blob\":\"" + blob + "\"}";
    }

    private static String inline(String supplier) {
        return "{\"supplier\":\"" + supplier
                + "\",\"csv\":\"sku,name,price,currency,stock\\nA1,Table,1,EUR,1\\nbad\\n\"}";
    }

    private static String csv(int rows, String name) {
        StringBuilder csv = new StringBuilder(CatalogText.HEADER);
        for (int i = 0; i < rows; i++) {
            csv.append("A").append(i).append(',').append(name).append(",1,EUR,1\n");
        }
        return csv.toString();
    }

    private void upload(String blob, String csv) {
        catalogs.getBlobClient(blob).upload(BinaryData.fromString(csv), true);
    }

    private BinaryData read(String path) {
        int slash = path.indexOf('/');
        return blobs.getBlobContainerClient(path.substring(0, slash))
                .getBlobClient(path.substring(slash + 1))
                .downloadContent();
    }

    private List<TableEntity> products(String supplier) {
        return tables
                .getTableClient("Catalog")
                .listEntities(new ListEntitiesOptions().setFilter("PartitionKey eq '" + supplier + "'"), null, null)
                .stream()
                .toList();
    }

    private TableEntity product(String supplier, String sku) {
        return tables.getTableClient("Catalog").getEntity(supplier, ProductEntity.rowKey(sku));
    }
}
