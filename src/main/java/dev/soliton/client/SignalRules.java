package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the texts of an event or an operation: valid Unicode without line separators, which some storage cannot
 * store, and of limited length in UTF-16 characters. An event's name is not blank, and has neither control characters
 * nor invisible ones (Unicode's category Cf).
 */
@PublicApi
public final class SignalRules {
    /** The longest name of an event. */
    public static final int MAX_EVENT_NAME_LENGTH = 256;

    /** The longest ID of an event. */
    public static final int MAX_EVENT_ID_LENGTH = 256;

    /** The longest reason. */
    public static final int MAX_REASON_LENGTH = 4_096;

    private SignalRules() {}

    /**
     * Returns the event's name, if it is valid.
     *
     * @throws InvalidSignalException if it cannot
     */
    public static String checkEventName(String name) {
        checkLength("An event name", name, 1, MAX_EVENT_NAME_LENGTH);
        checkCharacters("An event name", name);
        if (name.isBlank()) {
            throw new InvalidSignalException("An event name is not blank: nobody can wait for it.");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidSignalException("An event name has no control characters.");
        }
        if (name.codePoints().anyMatch(character -> Character.getType(character) == Character.FORMAT)) {
            throw new InvalidSignalException(
                    "An event name has no format characters, such as a zero-width space: nobody would see that it is another"
                            + " name.");
        }
        return name;
    }

    /**
     * Returns the event's ID, if it is valid.
     *
     * @throws InvalidSignalException if it cannot
     */
    public static @Nullable String checkEventId(@Nullable String eventId) {
        if (eventId != null) {
            checkLength("An eventId", eventId, 1, MAX_EVENT_ID_LENGTH);
            checkCharacters("An eventId", eventId);
        }
        return eventId;
    }

    /**
     * Returns the reason, if it is valid.
     *
     * @throws InvalidSignalException if it cannot
     */
    public static @Nullable String checkReason(@Nullable String reason) {
        if (reason != null) {
            checkLength("A reason", reason, 0, MAX_REASON_LENGTH);
            checkCharacters("A reason", reason);
        }
        return reason;
    }

    private static void checkLength(String what, String text, int least, int most) {
        if (text.length() < least || text.length() > most) {
            throw new InvalidSignalException(
                    what + " has " + least + " to " + most + " characters; this one has " + text.length() + ".");
        }
    }

    private static void checkCharacters(String what, String text) {
        text.codePoints().forEach(character -> {
            int type = Character.getType(character);
            if (type == Character.SURROGATE) {
                throw new InvalidSignalException(what + " is valid Unicode: it has no half surrogate pairs.");
            }
            if (type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR) {
                throw new InvalidSignalException(what + " has no Unicode line or paragraph separators.");
            }
        });
    }
}
