package dev.soliton.functions;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.client.ReusePolicy;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The start policies, by the names that callers and settings use. */
final class Policies {
    private Policies() {}

    /**
     * The policy of that name.
     *
     * @param parameter the parameter for which the caller gave the name
     * @throws BadRequestException if there is none
     */
    static ReusePolicy reuse(String parameter, String name) {
        return of(ReusePolicy.values(), parameter, name);
    }

    /**
     * The policy of that name.
     *
     * @param parameter the parameter for which the caller gave the name
     * @throws BadRequestException if there is none
     */
    static ConflictPolicy conflict(String parameter, String name) {
        return of(ConflictPolicy.values(), parameter, name);
    }

    private static <E extends Enum<E>> E of(E[] policies, String parameter, String name) {
        for (E policy : policies) {
            if (name(policy).equalsIgnoreCase(name)) {
                return policy;
            }
        }
        throw new BadRequestException(
                "The query parameter '" + parameter + "' is one of " + names(policies) + ", not '" + name + "'.");
    }

    static String names(Enum<?>[] policies) {
        return Arrays.stream(policies).map(Policies::name).collect(Collectors.joining(", "));
    }

    /** The name as callers write it: {@code useExisting} for {@code USE_EXISTING}. */
    static String name(Enum<?> policy) {
        StringBuilder name = new StringBuilder();
        for (String word : policy.name().toLowerCase(Locale.ROOT).split("_", -1)) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }
}
