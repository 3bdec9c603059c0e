package dev.soliton.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.util.BinaryData;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.TableServiceClientBuilder;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.soliton.local.Azurite;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.TaskFailedException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Imports with their real activities, into Azurite. Each test has a supplier and an own blob. */
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

    @BeforeAll
    void setUp() {
        catalogs.create();
        new AppRegistry(() -> tables, () -> blobs).register(registry);
    }

    @AfterAll
    void stopAzurite() {
        azurite.close();
    }

    @Test
    void importsTheSampleInline() throws Exception {
        ImmediateRun run = new ImmediateRun(registry, "import-acme", SampleCatalog.json());

        ImportSummary summary = run.run("ImportCatalog", ImportSummary.class);

        assertThat(summary.imported()).isEqualTo(2_990);
        assertThat(summary.rejected()).isEqualTo(10);
        assertThat(summary.rejectedRows()).extracting(RejectedRow::line).startsWith(101L, 251L, 252L);
        assertThat(summary.source()).isEqualTo("catalog-uploads/run-of-import-acme.csv");
        assertThat(Collections.frequency(run.calls(), "UpsertProducts")).isEqualTo(6);
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
    void importsABlobAndReplacesWhatWasThere() throws Exception {
        upload("blob.csv", "\uFEFF" + CatalogText.HEADER + "a/1 #?,Table,12.50,EUR,7\r\nb,Chair,1,EUR,1\r\n");
        ImportSummary first = fromBlob("blob", "blob.csv").run("ImportCatalog", ImportSummary.class);
        upload("blob.csv", "name,sku,stock,currency,price\nBig table,a/1 #?,0,USD,99\n");
        ImportSummary second = fromBlob("blob", "blob.csv").run("ImportCatalog", ImportSummary.class);

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

    @Test
    void everyStepCanRunTwice() throws Exception {
        ImmediateRun once = new ImmediateRun(registry, "import-twice", inline("twice"));
        ImmediateRun again = new ImmediateRun(registry, "import-twice", inline("twice"));

        ImportSummary first = once.run("ImportCatalog", ImportSummary.class);

        // The same execution: the upload keeps its version, and all else comes out the same.
        assertThat(again.run("ImportCatalog", ImportSummary.class)).isEqualTo(first);
        assertThat(products("twice")).hasSize(1);
    }

    @Test
    void aCatalogOfNoRowsIsImported() throws Exception {
        upload("header.csv", CatalogText.HEADER);

        ImportSummary summary = fromBlob("header", "header.csv").run("ImportCatalog", ImportSummary.class);

        assertThat(summary.rows()).isZero();
    }

    @Test
    void twoVersionsOfABlobAreNeverMixed() {
        upload("moving.csv", csv(1_200, "old"));
        ImmediateRun run = fromBlob("moving", "moving.csv");
        run.before(() -> {
            if (Collections.frequency(run.calls(), "UpsertProducts") == 2) {
                upload("moving.csv", csv(1_200, "new"));
            }
        });

        assertThatThrownBy(() -> run.run("ImportCatalog", ImportSummary.class))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining(
                        "The blob 'catalogs/moving.csv' changed, or was deleted, while it was being imported.");
        assertThat(products("moving")).hasSize(500).allMatch(entity -> "old".equals(entity.getProperty("Name")));
    }

    @Test
    void aBlobThatVanishesIsNamed() {
        upload("vanishing.csv", csv(10, "old"));
        ImmediateRun run = fromBlob("vanishing", "vanishing.csv");
        run.before(() -> {
            if (run.calls().contains("UpsertProducts")) {
                catalogs.getBlobClient("vanishing.csv").delete();
            }
        });

        assertFails(run, "The blob 'catalogs/vanishing.csv' changed, or was deleted, while it was being imported.");
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertFails(fromBlob("none", "none.csv"), "There is no blob 'none.csv' in the container 'catalogs'.");
        assertFails(
                new ImmediateRun(registry, "import-none", "{\"container\":\"nowhere\",\"blob\":\"none.csv\"}"),
                "There is no container 'nowhere'.");
    }

    @Test
    void whatIsNoCatalogIsRefused() {
        upload("empty.csv", "");
        upload("title.csv", "id,title\n");
        catalogs.getBlobClient("latin1.csv")
                .upload(BinaryData.fromBytes(
                        (CatalogText.HEADER + "A1,Étagère,1,EUR,1").getBytes(StandardCharsets.ISO_8859_1)));

        assertFails(fromBlob("bad", "empty.csv"), "The catalog is empty; its first line should be sku,name,");
        assertFails(fromBlob("bad", "title.csv"), "it says 'id,title'.");
        assertFails(fromBlob("bad", "latin1.csv"), "The catalog should be in UTF-8");
    }

    private static void assertFails(ImmediateRun run, String message) {
        assertThatThrownBy(() -> run.run("ImportCatalog", ImportSummary.class))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("dev.soliton.app.ImportException: ")
                .hasMessageContaining(message);
    }

    private ImmediateRun fromBlob(String supplier, String blob) {
        return new ImmediateRun(
                registry, "import-" + supplier, "{\"container\":\"catalogs\",\"blob\":\"" + blob + "\"}");
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
