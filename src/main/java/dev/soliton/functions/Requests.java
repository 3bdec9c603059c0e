package dev.soliton.functions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpStatus;
import dev.soliton.instance.Payloads;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what callers send, and refuses what cannot be meant. */
final class Requests {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Requests() {}

    /**
     * The body as JSON text; null for none.
     *
     * @param maxBytes the largest body, in bytes of UTF-8
     */
    static @Nullable String json(HttpRequestMessage<Optional<String>> request, long maxBytes) {
        String body = request.getBody().orElse("");
        if (body.isEmpty()) {
            // The platform hands a chunked body over empty. Taken for no input, it would be lost without a word.
            if (header(request, "transfer-encoding") != null) {
                throw new BadRequestException(
                        HttpStatus.LENGTH_REQUIRED,
                        "A body needs a Content-Length: a chunked one does not reach the app.");
            }
            return null;
        }
        if (Payloads.isLarger(body, maxBytes)) {
            throw new BadRequestException(
                    HttpStatus.PAYLOAD_TOO_LARGE,
                    "The body has at most " + maxBytes + " bytes (setting SOLITON_MAX_PAYLOAD).");
        }
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() == null) {
                throw new BadRequestException("The body is not JSON: it is blank.");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new BadRequestException("The body is not JSON: something follows after its end, at "
                        + parser.currentTokenLocation().offsetDescription() + ".");
            }
        } catch (JsonProcessingException notJson) {
            // A limit of the parser has no location.
            String where = notJson.getLocation() == null
                    ? ""
                    : " (" + notJson.getLocation().offsetDescription() + ")";
            throw new BadRequestException("The body is not JSON: " + notJson.getOriginalMessage() + where);
        } catch (IOException impossible) {
            throw new IllegalStateException("A text can be read.", impossible);
        }
        return body;
    }

    /** A query parameter that is true or false. */
    static boolean flag(HttpRequestMessage<?> request, String name, boolean byDefault) {
        String value = query(request, name);
        if (value == null) {
            return byDefault;
        }
        if (value.equalsIgnoreCase("true")) {
            return true;
        }
        if (value.equalsIgnoreCase("false")) {
            return false;
        }
        throw new BadRequestException("The query parameter '" + name + "' is true or false, not '" + value + "'.");
    }

    /** A query parameter that is a whole number. */
    static int number(HttpRequestMessage<?> request, String name, int byDefault, int least, int most) {
        String value = query(request, name);
        if (value == null) {
            return byDefault;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw new BadRequestException("The query parameter '" + name + "' is a whole number from " + least + " to "
                + most + ", not '" + value + "'.");
    }

    /** A query parameter that is a time, in UTC or with an offset; null for none. */
    static @Nullable Instant time(HttpRequestMessage<?> request, String name) {
        String value = query(request, name);
        if (value == null) {
            return null;
        }
        try {
            // The plus of an offset, if it was not escaped, comes as a space.
            return OffsetDateTime.parse(value.replace(' ', '+')).toInstant();
        } catch (DateTimeParseException notATime) {
            throw new BadRequestException("The query parameter '" + name
                    + "' is a time in ISO 8601, such as 2030-01-02T03:04:05Z, not '" + value + "'.");
        }
    }

    static @Nullable String query(HttpRequestMessage<?> request, String name) {
        return ignoringCase(request.getQueryParameters(), name);
    }

    static @Nullable String header(HttpRequestMessage<?> request, String name) {
        return ignoringCase(request.getHeaders(), name);
    }

    private static @Nullable String ignoringCase(Map<String, String> values, String name) {
        for (Map.Entry<String, String> value : values.entrySet()) {
            if (value.getKey().equalsIgnoreCase(name)) {
                return value.getValue();
            }
        }
        return null;
    }
}
