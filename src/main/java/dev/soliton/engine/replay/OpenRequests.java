package dev.soliton.engine.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The requests of a run that were not answered yet. */
final class OpenRequests {
    private final Map<Integer, OpenRequest> open = new HashMap<>();

    /**
     * A request that was not answered yet.
     *
     * @param name what was called
     */
    private record OpenRequest(Completion.Kind kind, String name, Consumer<Completion> listener) {}

    void add(int id, Completion.Kind kind, String name, Consumer<Completion> listener) {
        open.put(id, new OpenRequest(kind, name, listener));
    }

    void remove(int id) {
        open.remove(id);
    }

    boolean has(int id) {
        return open.containsKey(id);
    }

    /** Who waits for an answer; null if nobody waits for one of its kind and number. */
    @Nullable
    Consumer<Completion> listenerFor(Completion completion) {
        OpenRequest request = open.get(completion.id());
        return request == null || request.kind() != completion.kind() ? null : request.listener();
    }

    /** What was called and has not answered. */
    List<String> names(Completion.Kind kind) {
        return open.values().stream()
                .filter(request -> request.kind() == kind)
                .map(OpenRequest::name)
                .toList();
    }
}
