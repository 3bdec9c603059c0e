package dev.soliton.app;

import com.azure.data.tables.TableServiceClient;
import com.azure.storage.blob.BlobServiceClient;
import dev.soliton.orchestration.Registry;
import java.util.function.Supplier;

/**
 * The table of contents of this app: the one place that gives each orchestrator and each activity its name.
 *
 * <p>A name stays in the history of instances. Renaming one strands the instances that still use it, so add a new name
 * and keep the old one until they have ended.
 */
public final class AppRegistry {
    private final Supplier<TableServiceClient> tables;
    private final CatalogBlobs blobs;

    /**
     * Takes what the activities need. The suppliers are asked when an activity first needs a client, not at start, and
     * should give the same client each time.
     */
    public AppRegistry(Supplier<TableServiceClient> tables, Supplier<BlobServiceClient> blobs) {
        this.tables = tables;
        this.blobs = new CatalogBlobs(blobs);
    }

    /** Adds everything that this app can run. */
    public void register(Registry registry) {
        registry.orchestrator(HelloCities.NAME, HelloCities::new).activity(SayHello.NAME, SayHello::new);

        registry.orchestrator(ImportCatalog.NAME, ImportCatalog::new)
                .activity(StoreUpload.NAME, () -> new StoreUpload(blobs))
                .activity(ValidateCatalog.NAME, () -> new ValidateCatalog(blobs))
                .activity(UpsertProducts.NAME, () -> new UpsertProducts(tables.get(), blobs))
                .activity(WriteSummary.NAME, () -> new WriteSummary(blobs));
    }
}
