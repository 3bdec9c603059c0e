package dev.soliton.app;

import com.azure.data.tables.TableServiceClient;
import com.azure.storage.blob.BlobServiceClient;
import dev.soliton.orchestration.Registry;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The table of contents of this app: the one place that gives each orchestrator and each activity its name.
 *
 * <p>A name stays in the history of instances. Renaming one strands the instances that still use it, so add a new name
 * and keep the old one until they have ended.
 */
public final class AppRegistry {
    private static final Duration FETCH_LIMIT = Duration.ofSeconds(30);

    /** For a watch over servers of one's own network. */
    private static final Predicate<InetAddress> FETCHABLE =
            Boolean.parseBoolean(System.getenv("WATCH_PRIVATE_ADDRESSES"))
                    ? address -> true
                    : PublicAddresses::isPublic;

    private final Supplier<TableServiceClient> tables;
    private final CatalogBlobs blobs;
    private final ImageBlobs images;
    private final Shop shop;

    /**
     * Takes what the activities need. The suppliers are asked when an activity first needs a client, not at start, and
     * should give the same client each time.
     */
    public AppRegistry(Supplier<TableServiceClient> tables, Supplier<BlobServiceClient> blobs) {
        this.tables = tables;
        this.blobs = new CatalogBlobs(blobs);
        this.images = new ImageBlobs(blobs);
        this.shop = new Shop(tables);
    }

    /** Adds everything that this app can run. */
    public void register(Registry registry) {
        registry.orchestrator(HelloCities.NAME, HelloCities::new).activity(SayHello.NAME, SayHello::new);

        registry.orchestrator(ImportCatalog.NAME, ImportCatalog::new)
                .activity(StoreUpload.NAME, () -> new StoreUpload(blobs))
                .activity(ValidateCatalog.NAME, () -> new ValidateCatalog(blobs))
                .activity(UpsertProducts.NAME, () -> new UpsertProducts(tables.get(), blobs))
                .activity(WriteSummary.NAME, () -> new WriteSummary(blobs));

        registry.orchestrator(Counter.NAME, Counter::new);

        registry.orchestrator(WatchUrl.NAME, WatchUrl::new)
                .activity(FetchUrl.NAME, () -> new FetchUrl(InstantSource.system(), FETCH_LIMIT, FETCHABLE));

        registry.orchestrator(OrderSaga.NAME, OrderSaga::new)
                .internal(ReserveStock.NAME, ReserveStock::new)
                .internal(ChargePayment.NAME, ChargePayment::new)
                .activity(Shop.TAKE_STOCK, () -> shop::takeStock)
                .activity(Shop.RETURN_STOCK, () -> shop::returnStock)
                .activity(Shop.TAKE_PAYMENT, () -> shop::takePayment)
                .activity(Shop.REFUND_PAYMENT, () -> shop::refundPayment)
                .activity(Shop.SHIP, () -> shop::ship)
                .activity(Shop.RECALL_PARCEL, () -> shop::recallParcel);

        registry.orchestrator(ParallelThumbnails.NAME, ParallelThumbnails::new)
                .activity(ListImages.NAME, () -> new ListImages(images))
                .activity(MakeThumbnail.NAME, () -> new MakeThumbnail(images));
    }
}
