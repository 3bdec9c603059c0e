package dev.soliton.engine.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The requests of a run that have no completion yet. */
final class OpenRequests {
    private final Map<Integer, OpenRequest> open = new HashMap<>();

    /**
     * A request that has no completion yet.
     *
     * @param name the name of the called activity or sub-orchestration
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

    /** The listener for a completion; null if no request of its kind and number is open. */
    @Nullable
    Consumer<Completion> listenerFor(Completion completion) {
        OpenRequest request = open.get(completion.id());
        return request == null || request.kind() != completion.kind() ? null : request.listener();
    }

    /** The names of the calls that have no completion yet. */
    List<String> names(Completion.Kind kind) {
        return open.values().stream()
                .filter(request -> request.kind() == kind)
                .map(OpenRequest::name)
                .toList();
    }
}
