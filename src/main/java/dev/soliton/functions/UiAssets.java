package dev.soliton.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of the dashboard: those that the build has listed in {@code dev/soliton/ui/assets.json}, and no others. All
 * are read at once, so no name that a caller sends ever becomes a path.
 */
final class UiAssets {
    private static final String LIST = "assets.json";

    /** What is served where the build has left the dashboard out. */
    private static final String LEFT_OUT =
            """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>Soliton</title>
            <h1>The dashboard is not part of this build</h1>
            <p>The app was built with -Dsoliton.ui.skip. Its HTTP API works as ever.
            </html>
            """;

    private static final UiAssets BUILT_IN = new UiAssets(name -> resource("/dev/soliton/ui/" + name));

    private final Map<String, Asset> assets;

    /** Those of this build. */
    static UiAssets builtIn() {
        return BUILT_IN;
    }

    /** Where the files come from. */
    interface Source {
        /** The content of the file of that name; null if there is none. */
        byte @Nullable [] read(String name);
    }

    /** Reads all files of a source that its list names. */
    UiAssets(Source source) {
        byte[] list = source.read(LIST);
        assets = list == null ? leftOut() : listed(list, source);
    }

    /** A file, with what its headers say. */
    static final class Asset {
        private final byte[] plain;
        private final byte @Nullable [] gzipped;
        private final String type;
        private final boolean immutable;

        private Asset(byte[] plain, byte @Nullable [] gzipped, String type, boolean immutable) {
            this.plain = plain;
            this.gzipped = gzipped;
            this.type = type;
            this.immutable = immutable;
        }

        byte[] plain() {
            return plain.clone();
        }

        /** Compressed; empty if it is not worth it. */
        Optional<byte[]> gzipped() {
            return gzipped == null ? Optional.empty() : Optional.of(gzipped.clone());
        }

        /** Its media type. */
        String type() {
            return type;
        }

        /** Whether the name has a hash of the content, so that the content of that name never changes. */
        boolean isImmutable() {
            return immutable;
        }
    }

    /** The file of that name. */
    Optional<Asset> find(String name) {
        return Optional.ofNullable(assets.get(name));
    }

    private static Map<String, Asset> leftOut() {
        return Map.of(
                UiHandler.INDEX,
                new Asset(LEFT_OUT.getBytes(StandardCharsets.UTF_8), null, "text/html; charset=utf-8", false));
    }

    private static Map<String, Asset> listed(byte[] list, Source source) {
        Map<String, Asset> assets = new HashMap<>();
        try {
            for (Map.Entry<String, JsonNode> entry :
                    new ObjectMapper().readTree(list).properties()) {
                String name = entry.getKey();
                JsonNode about = entry.getValue();
                assets.put(
                        name,
                        new Asset(
                                required(source, name),
                                about.path("gz").asBoolean() ? required(source, name + ".gz") : null,
                                about.path("type").asText("application/octet-stream"),
                                about.path("immutable").asBoolean()));
            }
        } catch (IOException notAList) {
            throw new UncheckedIOException(notAList);
        }
        return Map.copyOf(assets);
    }

    private static byte[] required(Source source, String name) {
        byte[] content = source.read(name);
        if (content == null) {
            throw new IllegalStateException("The build has listed " + name + ", and it is not there.");
        }
        return content;
    }

    private static byte @Nullable [] resource(String name) {
        try (InputStream content = UiAssets.class.getResourceAsStream(name)) {
            return content == null ? null : content.readAllBytes();
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }
}
