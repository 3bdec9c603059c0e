package dev.soliton.cost;

import java.util.ArrayList;
import java.util.List;

/** The requests that were made, in their order. */
final class Bill {
    private final List<Request> requests = new ArrayList<>();

    synchronized void add(Request request) {
        requests.add(request);
    }

    /** What came on the bill since somebody asked last. */
    synchronized List<Request> settle() {
        List<Request> all = List.copyOf(requests);
        requests.clear();
        return all;
    }
}
