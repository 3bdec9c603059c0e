package dev.soliton.functions;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import dev.soliton.functions.UiAssets.Asset;
import dev.soliton.functions.UiSettings.Auth;
import dev.soliton.functions.UiSettings.Mode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Serves the dashboard's files to anybody: they hold nothing of the hub. */
final class UiHandler {
    /** The page from which all others are reached. */
    static final String INDEX = "index.html";

    /** What the page has to know before it can ask for a key. */
    static final String CONFIG = "config.json";

    /**
     * The page loads nothing from elsewhere, sends to nowhere else, is in nobody's frame, and makes no markup of texts.
     */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy", POLICY,
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin");

    private static final String NEVER_STORED = "no-store";
    private static final String STORED_FOR_A_YEAR = "public, max-age=31536000, immutable";

    /** What follows the route, with its slash; nothing for the route itself. */
    private static final Pattern PATH = Pattern.compile("/ui(/.*)?$", Pattern.CASE_INSENSITIVE);

    private static final Pattern GZIP =
            Pattern.compile("(?:^|,)\\s*gzip\\s*(?:;\\s*q=(?!0(?:\\.0*)?\\s*(?:,|$))[^,]*)?(?:,|$)");

    private final Supplier<AppObjects> objects;
    private final UiAssets assets;

    UiHandler(Supplier<AppObjects> objects, UiAssets assets) {
        this.objects = objects;
        this.assets = assets;
    }

    HttpResponseMessage serve(HttpRequestMessage<?> request, ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            UiSettings settings = objects.get().settings().ui();
            if (settings.mode() == Mode.OFF) {
                return responses.error(HttpStatus.NOT_FOUND, "The dashboard is switched off (setting SOLITON_UI).");
            }
            Matcher path = PATH.matcher(RequestUri.of(request).path());
            String below = path.find() ? path.group(1) : "/";
            if (below == null) {
                // Relative links of the page begin at its folder.
                return with(request.createResponseBuilder(HttpStatus.PERMANENT_REDIRECT), NEVER_STORED)
                        .header("Location", "ui/")
                        .build();
            }
            String name = below.equals("/") ? INDEX : below.substring(1);
            return name.equals(CONFIG) ? config(request, settings) : file(request, name);
        });
    }

    private HttpResponseMessage file(HttpRequestMessage<?> request, String name) {
        Optional<Asset> found = assets.find(name);
        if (found.isEmpty()) {
            return text(request, HttpStatus.NOT_FOUND, "text/plain; charset=utf-8", "There is no such page.");
        }
        Asset asset = found.get();
        HttpResponseMessage.Builder response = with(
                        request.createResponseBuilder(HttpStatus.OK),
                        asset.isImmutable() ? STORED_FOR_A_YEAR : NEVER_STORED)
                .header("Content-Type", asset.type());
        if (asset.gzipped().isEmpty()) {
            return response.body(asset.plain()).build();
        }
        response.header("Vary", "Accept-Encoding");
        return acceptsGzip(request)
                ? response.header("Content-Encoding", "gzip")
                        .body(asset.gzipped().get())
                        .build()
                : response.body(asset.plain()).build();
    }

    private static HttpResponseMessage config(HttpRequestMessage<?> request, UiSettings settings) {
        Principal user = UiAccess.userOf(request, settings).orElse(null);
        ObjectNode config = JsonNodeFactory.instance
                .objectNode()
                .put("mode", modeFor(user, settings).label())
                .put("auth", settings.auth().label())
                .put("version", AppVersion.TEXT);
        if (user != null) {
            config.put("user", user.name());
        }
        return text(request, HttpStatus.OK, "application/json; charset=utf-8", config.toString());
    }

    /** What a user may do who has signed in; of the holder of a key the app knows nothing. */
    private static Mode modeFor(@Nullable Principal user, UiSettings settings) {
        return settings.auth() == Auth.KEY || (user != null && user.isOneOf(settings.operators()))
                ? settings.mode()
                : Mode.READONLY;
    }

    private static HttpResponseMessage text(
            HttpRequestMessage<?> request, HttpStatusType status, String type, String body) {
        return with(request.createResponseBuilder(status), NEVER_STORED)
                .header("Content-Type", type)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static HttpResponseMessage.Builder with(HttpResponseMessage.Builder response, String caching) {
        HEADERS.forEach(response::header);
        return response.header("Cache-Control", caching);
    }

    private static boolean acceptsGzip(HttpRequestMessage<?> request) {
        String accepted = Requests.header(request, "accept-encoding");
        return accepted != null
                && GZIP.matcher(accepted.toLowerCase(Locale.ROOT)).find();
    }
}
