package dev.soliton.examples;

import dev.soliton.orchestration.NonRetriableException;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** A small version of an image, in the image's own format. */
final class Thumbnail {
    /** The most that an image may have, in pixels: a small file can be a picture of any size. */
    private static final long MAX_PIXELS = 200_000_000;

    /** The most that is held of an image and its thumbnail at once, in pixels: each takes four bytes. */
    private static final long MAX_HELD = 16_000_000;

    /** Large images one after another: their activities run side by side. */
    private static final Object ONE_AT_A_TIME = new Object();

    private final String contentType;
    private final byte[] content;

    private Thumbnail(String contentType, byte[] content) {
        this.contentType = contentType;
        this.content = content;
    }

    /** Its format. */
    String contentType() {
        return contentType;
    }

    /** The file; to be read only. */
    byte[] content() {
        return content;
    }

    /** Whether a file's name ends like that of an image which can be read. */
    static boolean isImage(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".png") || lower.endsWith(".jpg") || lower.endsWith(".jpeg");
    }

    /**
     * Makes a thumbnail. An image that is narrower than it should be stays as wide as it is.
     *
     * @param width how wide it should be, in pixels
     * @throws NonRetriableException if the file is no image, or none that can be read
     */
    static Thumbnail of(byte[] file, int width) {
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            ImageReader reader = readers.hasNext() ? readers.next() : null;
            String format = reader == null ? "" : reader.getFormatName().toLowerCase(Locale.ROOT);
            if (reader == null || !(format.equals("png") || format.equals("jpeg"))) {
                throw new NonRetriableException("It is neither a PNG nor a JPEG.");
            }
            try {
                reader.setInput(stream, true, true);
                synchronized (ONE_AT_A_TIME) {
                    return new Thumbnail("image/" + format, write(scaled(reader, width), format));
                }
            } finally {
                reader.dispose();
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException broken) {
            // The JDK's readers throw any of these for files that are cut off or made up; and for a lack of memory, of
            // which
            // the image knows nothing.
            for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
                if (cause instanceof VirtualMachineError lack) {
                    throw lack;
                }
            }
            throw new NonRetriableException("The image cannot be read: " + broken.getMessage(), broken);
        }
    }

    private static BufferedImage scaled(ImageReader reader, int wanted) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if ((long) width * height > MAX_PIXELS) {
            throw new NonRetriableException(
                    "The image has " + width + " x " + height + " pixels; " + MAX_PIXELS + " are possible in all.");
        }
        int thumbWidth = Math.min(wanted, width);
        int thumbHeight = (int) Math.max(1, Math.round((double) height * thumbWidth / width));
        // The dimensions are those of the file's header: nothing was unpacked yet.
        long room = MAX_HELD - (long) thumbWidth * thumbHeight;
        if (room <= 0) {
            throw new NonRetriableException(
                    "A thumbnail of " + thumbWidth + " x " + thumbHeight + " pixels is too large.");
        }
        // Of a large image only every n-th pixel is kept, so that no more than about four times the thumbnail is held.
        int step = Math.max(1, Math.min(width / (2 * thumbWidth), height / (2 * thumbHeight)));
        while ((width / step + 1L) * (height / step + 1L) > room && step < width) {
            step++;
        }
        ImageReadParam sparsely = reader.getDefaultReadParam();
        sparsely.setSourceSubsampling(step, step, 0, 0);
        BufferedImage image = reader.read(0, sparsely);

        boolean clear = image.getColorModel().hasAlpha();
        BufferedImage thumbnail = new BufferedImage(
                thumbWidth, thumbHeight, clear ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = thumbnail.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, 0, 0, thumbWidth, thumbHeight, null);
        graphics.dispose();
        return thumbnail;
    }

    private static byte[] write(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, file)) {
            throw new IOException("no way to write a " + format + " of its colours");
        }
        return file.toByteArray();
    }
}
