package dev.soliton.store;

import java.util.Locale;

/**
 * The name under which at most one instance runs: 1 to 256 characters, none of {@code / \ # ?}, no control character or
 * line break, no leading {@code @}, and not {@code .} or {@code ..}.
 *
 * <p>The characters are those that Azure Tables forbid in a key, and those that a URI path cannot carry.
 */
public final class InstanceId {
    /** The longest instance ID, in UTF-16 characters. */
    public static final int MAX_LENGTH = 256;

    private static final String FORBIDDEN = "/\\#?";

    private InstanceId() {}

    /**
     * Returns the ID, if it can be one.
     *
     * @throws InvalidInstanceIdException if it cannot
     */
    public static String check(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            throw new InvalidInstanceIdException(
                    "An instance ID has 1 to " + MAX_LENGTH + " characters; this one has " + id.length() + ".");
        }
        if (id.startsWith("@")) {
            throw new InvalidInstanceIdException("An instance ID does not start with '@'.");
        }
        if (id.equals(".") || id.equals("..")) {
            throw new InvalidInstanceIdException("An instance ID is not '.' or '..'.");
        }
        checkCharacters(id);
        return id;
    }

    /**
     * Returns the ID, if it can be one that callers choose for a new instance: it has no character, either, that cannot be
     * seen and changes how others look (Unicode's category Cf, such as a zero-width space or a change of direction). Two IDs
     * that look alike are to be one. An instance that has such an ID from before is there under it as ever.
     *
     * @throws InvalidInstanceIdException if it cannot
     */
    public static String checkNew(String id) {
        check(id);
        id.codePoints()
                .filter(character -> Character.getType(character) == Character.FORMAT)
                .findFirst()
                .ifPresent(character -> {
                    throw new InvalidInstanceIdException(String.format(
                            Locale.ROOT,
                            "An instance ID has no format characters, which cannot be seen; this one has U+%04X.",
                            character));
                });
        return id;
    }

    /** Whether there can be an ID that begins so. */
    public static boolean canBegin(String prefix) {
        if (prefix.length() > MAX_LENGTH || prefix.startsWith("@")) {
            return false;
        }
        try {
            checkCharacters(prefix);
            return true;
        } catch (InvalidInstanceIdException impossible) {
            return false;
        }
    }

    private static void checkCharacters(String id) {
        for (int i = 0; i < id.length(); ) {
            int character = id.codePointAt(i);
            if (FORBIDDEN.indexOf(character) >= 0) {
                throw new InvalidInstanceIdException(
                        "An instance ID has none of / \\ # ?; this one has '" + (char) character + "'.");
            }
            if (Character.isISOControl(character)) {
                throw new InvalidInstanceIdException("An instance ID has no control characters.");
            }
            int type = Character.getType(character);
            if (type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR) {
                // Azurite finds no key that has one.
                throw new InvalidInstanceIdException("An instance ID has no line breaks.");
            }
            if (type == Character.SURROGATE) {
                throw new InvalidInstanceIdException(
                        "An instance ID is valid Unicode: it has no half surrogate pairs.");
            }
            i += Character.charCount(character);
        }
    }
}
