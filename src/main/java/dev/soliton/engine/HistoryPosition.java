package dev.soliton.engine;

import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InvalidContinuationException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A place in the history of an execution, as a text for callers: the number of an event in a generation's journal. */
final class HistoryPosition {
    private HistoryPosition() {}

    static String continuation(ExecutionKey key, int number) {
        String place = key.generation() + ";" + number + ";" + key.executionId();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The number of the event.
     *
     * @throws InvalidContinuationException if it is no place in the history of that generation
     */
    static int numberOf(String continuation, ExecutionKey key) {
        try {
            String[] place =
                    new String(Base64.getUrlDecoder().decode(continuation), StandardCharsets.UTF_8).split(";", 3);
            if (place.length == 3
                    && Integer.parseInt(place[0]) == key.generation()
                    && place[2].equals(key.executionId())
                    && Integer.parseInt(place[1]) >= 0) {
                return Integer.parseInt(place[1]);
            }
        } catch (IllegalArgumentException notOurs) {
            throw new InvalidContinuationException(notOurs);
        }
        throw new InvalidContinuationException(null);
    }
}
