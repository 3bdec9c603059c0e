package dev.soliton.store;

import java.util.function.Consumer;

/** A payload store before another one, with an observer that sees the verb of each call first and may make it fail. */
public final class WatchedPayloadStore implements PayloadStore {
    private final PayloadStore store;
    private final Consumer<String> observer;

    public WatchedPayloadStore(PayloadStore store, Consumer<String> observer) {
        this.store = store;
        this.observer = observer;
    }

    @Override
    public void put(String name, String json) {
        observer.accept("put");
        store.put(name, json);
    }

    @Override
    public String get(String name) {
        observer.accept("get");
        return store.get(name);
    }

    @Override
    public void deleteAll(String folder) {
        observer.accept("deleteAll");
        store.deleteAll(folder);
    }

    @Override
    public void delete(String name) {
        observer.accept("delete");
        store.delete(name);
    }
}
