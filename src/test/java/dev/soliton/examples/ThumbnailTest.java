package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.orchestration.NonRetriableException;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ThumbnailTest {

    @ParameterizedTest
    @CsvSource({
        "png, 400, 300, 100, 100, 75",
        "jpeg, 400, 300, 100, 100, 75",
        "jpeg, 3000, 2000, 160, 160, 107",
        "png, 50, 40, 100, 50, 40",
        "png, 1000, 1, 10, 10, 1",
        "png, 3, 900, 1, 1, 300"
    })
    void keepsFormatAndProportions(String format, int width, int height, int wanted, int thumbWidth, int thumbHeight) {
        Thumbnail thumbnail = Thumbnail.of(Pictures.file(format, width, height), wanted);

        BufferedImage image = Pictures.read(thumbnail.content());
        assertThat(thumbnail.contentType()).isEqualTo("image/" + format);
        assertThat(image.getWidth()).isEqualTo(thumbWidth);
        assertThat(image.getHeight()).isEqualTo(thumbHeight);
    }

    @Test
    void showsWhatTheImageShows() {
        BufferedImage image = Pictures.read(
                Thumbnail.of(Pictures.file("jpeg", 1_000, 1_000), 100).content());

        assertThat(new Color(image.getRGB(10, 50)).getRed()).isGreaterThan(200);
        assertThat(new Color(image.getRGB(90, 50)).getBlue()).isGreaterThan(200);
    }

    @Test
    void refusesWhatIsNoImage() {
        byte[] png = Pictures.file("png", 300, 300);

        assertRefused("It is neither".getBytes(StandardCharsets.UTF_8), "neither a PNG nor a JPEG");
        assertRefused(new byte[0], "neither a PNG nor a JPEG");
        assertRefused(Pictures.file("gif", 10, 10), "neither a PNG nor a JPEG");
        assertRefused(Arrays.copyOf(png, png.length / 2), "cannot be read");
    }

    @Test
    void refusesAPictureThatIsTooLargeByItsHeader() {
        byte[] png = Pictures.file("png", 10, 10);
        ByteBuffer header = ByteBuffer.wrap(png);
        header.putInt(16, 100_000).putInt(20, 100_000);
        CRC32 sum = new CRC32();
        sum.update(png, 12, 17);
        header.putInt(29, (int) sum.getValue());

        assertRefused(png, "100000 x 100000 pixels");
    }

    @Test
    void refusesAThumbnailThatWouldFillTheMemoryByTheHeaderOfItsImage() {
        byte[] png = Pictures.file("png", 10, 10);
        ByteBuffer header = ByteBuffer.wrap(png);
        header.putInt(16, 4_096).putInt(20, 48_000);
        CRC32 sum = new CRC32();
        sum.update(png, 12, 17);
        header.putInt(29, (int) sum.getValue());

        assertThatThrownBy(() -> Thumbnail.of(png, 4_096))
                .isInstanceOf(NonRetriableException.class)
                .hasMessageContaining("4096 x 48000 pixels is too large");
    }

    @Test
    void knowsImagesByTheirNames() {
        assertThat(new String[] {"a.png", "b/c.JPG", "d.jpeg"}).allMatch(Thumbnail::isImage);
        assertThat(new String[] {"a.gif", "png", "a.png.txt", ""}).noneMatch(Thumbnail::isImage);
    }

    private static void assertRefused(byte[] file, String message) {
        assertThatThrownBy(() -> Thumbnail.of(file, 100))
                .isInstanceOf(NonRetriableException.class)
                .hasMessageContaining(message);
    }
}
