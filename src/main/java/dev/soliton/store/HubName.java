package dev.soliton.store;

import java.util.regex.Pattern;

/** What the name of a hub can be: it begins the names of a table, a queue and containers. */
public final class HubName {
    /** The rule in words. */
    public static final String RULE = "3 to 40 of the characters a to z and 0 to 9, a letter first";

    private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9]{2,39}");

    private HubName() {}

    /** Whether a text can be one. */
    public static boolean isValid(String name) {
        return VALID.matcher(name).matches();
    }
}
