package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobItem;
import dev.soliton.app.FakeEnvironment;
import dev.soliton.examples.ParallelThumbnails.Failure;
import dev.soliton.examples.ParallelThumbnails.Summary;
import dev.soliton.local.Azurite;
import dev.soliton.orchestration.NonRetriableException;
import dev.soliton.orchestration.Registry;
import dev.soliton.testkit.TestHub;
import java.awt.image.BufferedImage;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Thumbnails with their real activities, in Azurite. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ParallelThumbnailsIT {
    private final Azurite azurite = Azurite.start(Azurite.Options.inMemory());
    private final BlobServiceClient blobs = new BlobServiceClientBuilder()
            .connectionString(azurite.connectionString())
            .buildClient();
    private final BlobContainerClient photos = blobs.getBlobContainerClient("photos");
    private final Registry registry = new Registry();

    @BeforeAll
    void setUp() {
        photos.create();
        new Examples().register(registry, new FakeEnvironment(Map.of(), null, blobs));
    }

    @AfterAll
    void stopAzurite() {
        azurite.close();
    }

    @Test
    void makesThumbnailsAndListsWhatIsBroken() {
        upload("mixed/a.png", Pictures.file("png", 640, 480));
        upload("mixed/deep/b.JPG", Pictures.file("jpeg", 1_000, 500));
        upload("mixed/c.png", new byte[] {1, 2, 3});
        upload("mixed/readme.txt", new byte[] {4});
        upload("other/d.png", Pictures.file("png", 64, 48));

        Summary summary = run("{\"container\":\"photos\",\"prefix\":\"mixed/\",\"width\":100}");

        BlobContainerClient thumbnails = blobs.getBlobContainerClient("thumbnails");
        assertThat(thumbnails.listBlobs().stream().map(BlobItem::getName))
                .filteredOn(name -> name.startsWith("mixed/"))
                .containsExactly("mixed/a.png", "mixed/deep/b.JPG");
        assertThat(summary.images()).isEqualTo(3);
        assertThat(summary.thumbnails()).isEqualTo(2);
        assertThat(summary.failures()).containsExactly(new Failure("mixed/c.png", "It is neither a PNG nor a JPEG."));
        BlobClient small = thumbnails.getBlobClient("mixed/deep/b.JPG");
        BlobClient other = thumbnails.getBlobClient("mixed/a.png");
        BufferedImage image = Pictures.read(small.downloadContent().toBytes());
        assertThat(image.getWidth()).isEqualTo(100);
        assertThat(image.getHeight()).isEqualTo(50);
        assertThat(small.getProperties().getContentType()).isEqualTo("image/jpeg");
        assertThat(summary.bytes())
                .isEqualTo(small.getProperties().getBlobSize()
                        + other.getProperties().getBlobSize());
    }

    @Test
    void canRunTwice() {
        upload("twice/a.png", Pictures.file("png", 64, 48));
        String input = "{\"container\":\"photos\",\"prefix\":\"twice/\",\"targetContainer\":\"photos\","
                + "\"targetPrefix\":\"small/\",\"width\":10}";

        assertThat(run(input)).isEqualTo(run(input));
        assertThat(photos.getBlobClient("small/a.png").exists()).isTrue();
    }

    @Test
    void namesTheContainerThatIsNotThere() {
        try (TestHub hub = new TestHub(registry)) {
            hub.startWithJson("ParallelThumbnails", "t", "{\"container\":\"nowhere\"}");
            hub.settle();

            assertThat(hub.failure("t")).contains("There is no container 'nowhere'.");
        }
    }

    @Test
    void listsNoMoreThanItMay() {
        ImageBlobs images = new ImageBlobs(() -> blobs);
        for (int i = 0; i < 3; i++) {
            upload("many/" + i + ".png", new byte[] {1});
        }
        BlobName place = new BlobName("photos", "many/");

        assertThat(images.list(place, 3)).hasSize(3);
        assertThatThrownBy(() -> images.list(place, 2))
                .isInstanceOf(NonRetriableException.class)
                .hasMessage("There are more than 2 images under 'photos/many/'; take a longer 'prefix'.");
    }

    @Test
    void namesTheImageThatVanished() {
        ImageBlobs images = new ImageBlobs(() -> blobs);

        assertThatThrownBy(() -> images.read(new BlobName("photos", "gone.png")))
                .isInstanceOf(NonRetriableException.class)
                .hasMessage("There is no blob 'photos/gone.png' any more.");
    }

    private Summary run(String input) {
        try (TestHub hub = new TestHub(registry)) {
            hub.startWithJson("ParallelThumbnails", "t", input);
            hub.settle();
            return hub.output("t", Summary.class);
        }
    }

    private void upload(String name, byte[] content) {
        photos.getBlobClient(name).upload(BinaryData.fromBytes(content), true);
    }
}
