package dev.soliton.store;

import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A payload store in memory, which refuses to write a name twice with different texts. */
public final class InMemoryPayloadStore implements PayloadStore {
    private final TreeMap<String, String> texts = new TreeMap<>();

    @Override
    public synchronized void put(String name, String json) {
        String old = texts.putIfAbsent(name, json);
        if (old != null && !old.equals(json)) {
            throw new IllegalStateException("A name is written once: " + name);
        }
    }

    @Override
    public synchronized String get(String name) {
        String json = texts.get(name);
        if (json == null) {
            throw new PayloadMissingException(name);
        }
        return json;
    }

    @Override
    public synchronized void delete(String name) {
        texts.remove(name);
    }

    @Override
    public synchronized void deleteAll(String folder) {
        texts.keySet().removeIf(name -> name.startsWith(folder + "/"));
    }

    /** The names of all texts. */
    public synchronized Set<String> names() {
        return new TreeSet<>(texts.keySet());
    }
}
