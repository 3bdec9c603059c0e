package dev.soliton.sim;

import dev.soliton.store.PayloadStore;

/** The large values, as a process sees them over the wire. */
final class SimPayloads implements PayloadStore {
    private final SimProcess process;
    private final Wire wire;
    private final PayloadStore texts;

    SimPayloads(SimProcess process, Wire wire, PayloadStore texts) {
        this.process = process;
        this.wire = wire;
        this.texts = texts;
    }

    @Override
    public void put(String name, String json) {
        wire.call(new Call(process, Call.Verb.SAVE, "", name), () -> {
            texts.put(name, json);
            return true;
        });
    }

    @Override
    public String get(String name) {
        return wire.call(new Call(process, Call.Verb.FETCH, "", name), () -> texts.get(name));
    }

    @Override
    public void deleteAll(String folder) {
        wire.call(new Call(process, Call.Verb.DISCARD, "", folder + "/"), () -> {
            texts.deleteAll(folder);
            process.world().values().removed(folder);
            return true;
        });
    }

    @Override
    public void delete(String name) {
        wire.call(new Call(process, Call.Verb.DISCARD, "", name), () -> {
            texts.delete(name);
            process.world().values().removed(name);
            return true;
        });
    }
}
