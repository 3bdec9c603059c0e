package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.examples.ParallelThumbnails.Failure;
import dev.soliton.examples.ParallelThumbnails.Summary;
import dev.soliton.orchestration.NonRetriableException;
import dev.soliton.orchestration.Registry;
import dev.soliton.testkit.TestHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The orchestrator; its activities are made up. */
final class ParallelThumbnailsTest {
    private static final String INPUT =
            "{\"container\":\"photos\",\"prefix\":\"summer/\",\"targetPrefix\":\"small/\",\"width\":80}";

    private final TestHub hub = new TestHub(new Registry().orchestrator("ParallelThumbnails", ParallelThumbnails::new));

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void makesAThumbnailOfEachImage() {
        hub.activity("ListImages", context -> List.of("summer/a.png", "summer/day/b.jpg"));
        hub.activity("MakeThumbnail", context -> 1_000);

        assertThat(run(INPUT)).isEqualTo(new Summary(2, 2, 2_000, List.of()));
        assertThat(hub.inputs("ListImages", BlobName.class)).containsExactly(new BlobName("photos", "summer/"));
        assertThat(hub.inputs("MakeThumbnail", MakeThumbnail.Input.class))
                .containsExactly(
                        new MakeThumbnail.Input(
                                new BlobName("photos", "summer/a.png"), new BlobName("thumbnails", "small/a.png"), 80),
                        new MakeThumbnail.Input(
                                new BlobName("photos", "summer/day/b.jpg"),
                                new BlobName("thumbnails", "small/day/b.jpg"),
                                80));
        assertThat(hub.status("t").customStatus()).isEqualTo("{\"done\":2,\"of\":2}");
    }

    @Test
    void aBrokenImageDoesNotKeepTheOthersFromTheirs() {
        hub.activity("ListImages", context -> List.of("summer/a.png", "summer/b.png", "summer/c.png"));
        hub.activity("MakeThumbnail", context -> {
            if (inputOf(context.getInput(MakeThumbnail.Input.class)).equals("summer/b.png")) {
                throw new NonRetriableException("It is neither a PNG nor a JPEG.");
            }
            return 10;
        });

        assertThat(run(INPUT))
                .isEqualTo(
                        new Summary(3, 2, 20, List.of(new Failure("summer/b.png", "It is neither a PNG nor a JPEG."))));
        assertThat(hub.called()).filteredOn("MakeThumbnail"::equals).hasSize(3);
    }

    @Test
    void aStorageThatIsBusyIsAskedAgain() {
        List<String> refused = new ArrayList<>();
        hub.activity("ListImages", context -> List.of("summer/a.png", "summer/b.png"));
        hub.activity("MakeThumbnail", context -> {
            String image = inputOf(context.getInput(MakeThumbnail.Input.class));
            if (!refused.contains(image)) {
                refused.add(image);
                throw new IllegalStateException("The server is busy.");
            }
            return 10;
        });

        assertThat(run(INPUT)).isEqualTo(new Summary(2, 2, 20, List.of()));
    }

    @Test
    void aStorageThatStaysBusyIsAReason() {
        hub.activity("ListImages", context -> List.of("summer/a.png"));
        hub.activity("MakeThumbnail", context -> {
            throw new IllegalStateException("busy ".repeat(1_000));
        });

        Summary summary = run(INPUT);
        assertThat(summary.thumbnails()).isZero();
        assertThat(summary.failures().get(0).reason()).startsWith("busy busy").hasSize(501);
        assertThat(hub.called()).filteredOn("MakeThumbnail"::equals).hasSize(4);
    }

    @Test
    void aContainerThatIsNotThereFailsTheInstance() {
        hub.activity("ListImages", context -> {
            throw new NonRetriableException("There is no container 'photos'.");
        });
        hub.startWithJson("ParallelThumbnails", "t", INPUT);
        hub.settle();

        assertThat(hub.failure("t")).contains("There is no container 'photos'.");
    }

    @Test
    void noImagesAreNoTrouble() {
        hub.activity("ListImages", context -> List.of());

        assertThat(run("{\"container\":\"photos\"}")).isEqualTo(new Summary(0, 0, 0, List.of()));
    }

    @Test
    void hundredsRunInOneGo() {
        hub.activity("ListImages", context -> IntStream.range(0, 600)
                .mapToObj(i -> "summer/" + i + ".png")
                .toList());
        hub.activity("MakeThumbnail", context -> 1);

        assertThat(run(INPUT)).isEqualTo(new Summary(600, 600, 600, List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            -                                                              | needs an input: {"container"
            {}                                                             | names no 'container'
            {"container":"Photos"}                                         | No container has a name like 'Photos'
            {"container":"photos","targetContainer":"x"}                   | No container has a name like 'x'
            {"container":"photos","width":0}                               | from 1 to 4096 pixels, not 0
            {"container":"photos","width":5000}                            | from 1 to 4096 pixels, not 5000
            {"container":"thumbnails"}                                     | could come among the images
            {"container":"p-1","targetContainer":"p-1","targetPrefix":"t/"} | could come among the images
            {"container":"p-1","prefix":"a/b/","targetContainer":"p-1","targetPrefix":"a/"} | could come among the images
            """)
    void refusesWhatItCannotDo(@Nullable String input, String message) {
        hub.startWithJson("ParallelThumbnails", "t", input);
        hub.settle();

        assertThat(hub.failure("t")).contains(message);
        assertThat(hub.calls()).isEmpty();
    }

    private Summary run(String input) {
        hub.startWithJson("ParallelThumbnails", "t", input);
        hub.advance(Duration.ofHours(1));
        return hub.output("t", Summary.class);
    }

    private static String inputOf(MakeThumbnail.@Nullable Input input) {
        return Objects.requireNonNull(input).image().blob();
    }
}
