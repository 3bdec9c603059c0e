package dev.soliton.examples;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.orchestration.Registry;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Predicate;

/** The table of contents of the examples: the one place that gives each orchestrator and each activity its name. */
public final class Examples implements SolitonApp {
    private static final Duration FETCH_LIMIT = Duration.ofSeconds(30);

    /** For a watch over servers of one's own network. */
    private static final Predicate<InetAddress> FETCHABLE =
            Boolean.parseBoolean(System.getenv("WATCH_PRIVATE_ADDRESSES"))
                    ? address -> true
                    : PublicAddresses::isPublic;

    @Override
    public void register(Registry registry, AppEnvironment environment) {
        CatalogBlobs blobs = new CatalogBlobs(environment::blobs);
        ImageBlobs images = new ImageBlobs(environment::blobs);
        Shop shop = new Shop(environment::tables);

        registry.orchestrator(HelloCities.NAME, HelloCities::new).activity(SayHello.NAME, SayHello::new);

        registry.orchestrator(ImportCatalog.NAME, ImportCatalog::new)
                .activity(StoreUpload.NAME, () -> new StoreUpload(blobs))
                .activity(ValidateCatalog.NAME, () -> new ValidateCatalog(blobs))
                .activity(UpsertProducts.NAME, () -> new UpsertProducts(environment.tables(), blobs))
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

        ExampleDescriptions.addTo(registry);
    }
}
