package dev.soliton.examples;

import java.util.List;

/**
 * Which containers the examples leave alone, whoever asks: those of the engine, of whatever hub, and of the platform. They are
 * in the same storage account, and hold what callers of the examples are not to see or to change.
 */
final class Containers {
    private static final List<String> PREFIXES = List.of("azure-webjobs-", "azure-functions-", "scm-", "soliton-", "$");
    private static final List<String> SUFFIXES = List.of("-payloads", "-workers");

    private Containers() {}

    /** Whether a container is none of the examples' business. */
    static boolean isReserved(String name) {
        return PREFIXES.stream().anyMatch(name::startsWith) || SUFFIXES.stream().anyMatch(name::endsWith);
    }
}
