package dev.soliton.reliability;

import dev.soliton.reliability.Evidence.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What callers did to instances beside starting them and sending to them, and what they were told.
 *
 * @param terminated who was terminated for sure: the request was answered 202
 * @param maybeTerminated who may have been terminated: a request was not answered
 * @param purged who was purged, and how each stood before
 * @param rewound who was rewound when it had failed
 * @param suspended who was suspended and resumed
 * @param relays what those were told who asked for runs that follow one another, by ID
 */
record Deeds(
        Set<String> terminated,
        Set<String> maybeTerminated,
        Map<String, Outcome> purged,
        Set<String> rewound,
        Set<String> suspended,
        Map<String, List<Run>> relays) {
    static final Deeds NONE = new Deeds(Set.of(), Set.of(), Map.of(), Set.of(), Set.of(), Map.of());

    /**
     * A run that somebody asked for.
     *
     * @param start names what was asked for, and is the input of the run
     * @param execution the execution that is to run; of several who ask at a time the same, which then has the input of
     *     the last
     * @param terminates whether it was to take the place of one that had not ended
     */
    record Run(String start, String execution, boolean terminates) {}
}
