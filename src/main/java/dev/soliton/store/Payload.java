package dev.soliton.store;

/** A JSON text that belongs to an instance, either at hand or stored apart because of its size. */
public sealed interface Payload {

    /** Text that is short enough to be kept in the row or the journal that it belongs to. */
    record Inline(String json) implements Payload {}

    /**
     * Text that is kept in the {@link PayloadStore}.
     *
     * @param name its name there; what is stored under a name never changes
     */
    record Stored(String name) implements Payload {}
}
