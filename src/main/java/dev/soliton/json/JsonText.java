package dev.soliton.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks through texts that are to be JSON, without making values of them. */
public final class JsonText {
    /** The most levels of arrays and objects. */
    public static final int MAX_DEPTH = 1_000;

    /** The most characters of a number. Turning a million digits into a number takes the JDK hours. */
    public static final int MAX_NUMBER_LENGTH = 1_000;

    /** The largest exponent of a number, and the smallest with a minus. Adding 1 to 1e1000000000 fills the memory. */
    public static final int MAX_EXPONENT = 1_000;

    /** The most characters of a name in an object. */
    public static final int MAX_NAME_LENGTH = 50_000;

    // A text is bounded by the largest payload that the app accepts.
    static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxNumberLength(MAX_NUMBER_LENGTH)
            .maxNameLength(MAX_NAME_LENGTH)
            .maxStringLength(Integer.MAX_VALUE)
            .build();

    private static final JsonFactory JSON =
            JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build();

    /** How Jackson writes a place within its sentences. */
    private static final Pattern SOURCE = Pattern.compile("(?:at )?\\[Source: .*?; line: (\\d+), column: (\\d+)]");

    private JsonText() {}

    /**
     * Why a text is refused.
     *
     * @param isTooLarge whether it is JSON, so far as it was looked at, but larger in some respect than the app takes
     * @param message what is wrong, as the rest of a sentence
     */
    public record Flaw(boolean isTooLarge, String message) {}

    /** Why a text is not one JSON value within the limits; null if it is. */
    public static @Nullable Flaw flawOf(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return new Flaw(false, "it is blank.");
            }
            int depth = 0;
            while (true) {
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.VALUE_NUMBER_FLOAT && isExponentTooLarge(parser)) {
                    return new Flaw(
                            true,
                            "a number has an exponent beyond " + MAX_EXPONENT + ", at "
                                    + place(parser.currentTokenLocation()) + ".");
                }
                token = parser.nextToken();
                if (depth == 0) {
                    break;
                }
            }
            return token == null
                    ? null
                    : new Flaw(
                            false, "something follows after its end, at " + place(parser.currentTokenLocation()) + ".");
        } catch (StreamConstraintsException tooLarge) {
            return new Flaw(
                    true,
                    "it has more than " + MAX_DEPTH + " levels, a number of more than " + MAX_NUMBER_LENGTH
                            + " characters, or a name of more than " + MAX_NAME_LENGTH + ".");
        } catch (JsonProcessingException notJson) {
            return new Flaw(false, reasonOf(notJson));
        } catch (IOException impossible) {
            throw new IllegalStateException("A text can be read.", impossible);
        }
    }

    /** What is wrong with a text, and where: by line and column, both counted from 1, and without the text itself. */
    public static String reasonOf(JsonProcessingException trouble) {
        String reason = SOURCE.matcher(trouble.getOriginalMessage()).replaceAll("at line $1, column $2");
        JsonLocation where = trouble.getLocation();
        return where == null ? reason : reason + ", at " + place(where) + ".";
    }

    private static String place(JsonLocation where) {
        return "line " + where.getLineNr() + ", column " + where.getColumnNr();
    }

    private static boolean isExponentTooLarge(JsonParser parser) throws IOException {
        String number = parser.getText();
        int e = Math.max(number.lastIndexOf('e'), number.lastIndexOf('E'));
        if (e < 0) {
            return false;
        }
        int from = number.charAt(e + 1) == '-' || number.charAt(e + 1) == '+' ? e + 2 : e + 1;
        while (from < number.length() - 1 && number.charAt(from) == '0') {
            from++;
        }
        return number.length() - from > 4 || Integer.parseInt(number.substring(from)) > MAX_EXPONENT;
    }
}
