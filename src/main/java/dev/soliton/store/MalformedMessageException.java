package dev.soliton.store;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** A text from the queue is not a message of Soliton's; the message says why and shows how the text begins. */
@RecordedAs("dev.soliton.instance.MalformedMessageException")
public final class MalformedMessageException extends SolitonException {
    private static final int EXCERPT = 200;

    MalformedMessageException(String problem, String text, @Nullable Throwable cause) {
        super("Not a work message: " + problem + " It begins: " + excerpt(text), cause);
    }

    /** Begins like the text, and can be written to a log. */
    private static String excerpt(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(EXCERPT)
                .map(character -> Character.isISOControl(character) ? ' ' : character)
                .forEach(shown::appendCodePoint);
        return shown + (text.codePointCount(0, text.length()) > EXCERPT ? "…" : "");
    }
}
