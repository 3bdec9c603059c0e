package dev.soliton.local.host;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Newtonsoft.Json, which the real host uses, reads it: leniently, no deeper than 64 levels, the last of equal names
 * wins, and numbers are a {@link Long}, a {@link BigInteger} or a {@link Double}. Objects are maps, arrays are lists. A number
 * that begins with a nought is octal, so that {@code 007} is 7 and {@code 008} no JSON.
 */
final class NetJson {

    private static final int DEPTH = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS)
            .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
            .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** A quote that is escaped although none other would end the string; Jackson knows no such escape. */
    private static final Pattern ESCAPED_QUOTE = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\'");

    private static final Pattern HEXADECIMAL = Pattern.compile("0[xX][0-9a-fA-F]{1,16}");

    private final String source;
    private final boolean datesAreTimes;

    private NetJson(String source, boolean datesAreTimes) {
        this.source = source;
        this.datesAreTimes = datesAreTimes;
    }

    /**
     * Reads a text; one of nothing but blanks is null.
     *
     * @param datesAreTimes whether a text that is an ISO 8601 time becomes a {@link NetTime}, which is another text again
     *     when it is written
     * @throws IOException if it is not JSON
     */
    static @Nullable Object read(String text, boolean datesAreTimes) throws IOException {
        String alone = text.strip();
        if (HEXADECIMAL.matcher(alone).matches()) {
            return Long.parseUnsignedLong(alone.substring(2), 16);
        } else if (alone.equals("undefined")) {
            return null;
        }
        String source = ESCAPED_QUOTE.matcher(text).replaceAll("$1\\\\u0027");
        try (JsonParser parser = FACTORY.createParser(source)) {
            if (parser.nextToken() == null) {
                return null;
            }
            Object value = new NetJson(source, datesAreTimes).value(parser);
            if (parser.nextToken() != null) {
                throw new IOException("Additional text after the JSON.");
            }
            return value;
        } catch (StackOverflowError e) {
            throw new IOException("Too deep.", e);
        }
    }

    private @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> text(parser.getText());
            case VALUE_NUMBER_INT -> isOctal(parser) ? octal(parser) : integer(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> {
                if (isOctal(parser)) {
                    throw new IOException("An octal number with a fraction.");
                }
                yield parser.getDoubleValue();
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IOException("Unexpected " + parser.currentToken());
        };
    }

    private Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, value(parser));
        }
        return object;
    }

    private List<@Nullable Object> array(JsonParser parser) throws IOException {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }

    /** Whether a number begins with a nought and another digit. */
    private boolean isOctal(JsonParser parser) {
        int at = place(parser);
        return source.charAt(at) == '0' && at + 1 < source.length() && Character.isDigit(source.charAt(at + 1));
    }

    private Object octal(JsonParser parser) throws IOException {
        int start = place(parser);
        int end = start;
        while (end < source.length() && Character.isDigit(source.charAt(end))) {
            end++;
        }
        try {
            return Long.parseLong(source.substring(start, end), 8);
        } catch (NumberFormatException e) {
            throw new IOException("No octal number.", e);
        }
    }

    private static int place(JsonParser parser) {
        return (int) parser.currentTokenLocation().getCharOffset();
    }

    private Object text(String text) {
        NetTime time = datesAreTimes ? NetTime.parse(text) : null;
        return time == null ? text : time;
    }

    private static Object integer(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }
}
