package dev.soliton.chaos;

/** What the proxy does with one call. */
public sealed interface Fault {

    /** No fault. */
    Fault FORWARD = new Forward();

    /** The call stays unknown to the storage until it is released. */
    Fault PARK_BEFORE = new ParkBefore();

    /** The call takes effect; its answer stays unknown to the caller until it is released. */
    Fault PARK_AFTER = new ParkAfter();

    /** The connection closes, and the storage never knew. */
    Fault DROP_BEFORE = new DropBefore();

    /** The call takes effect, and the connection closes without an answer. */
    Fault DROP_AFTER = new DropAfter();

    /** The connection is reset, and the storage never knew. */
    Fault RESET = new Reset();

    /** The storage never knew, and the caller gets this answer. */
    static Fault fail(int status, String errorCode) {
        return new Fail(status, errorCode);
    }

    /** The call takes effect, and the caller gets this answer all the same. */
    static Fault failAfter(int status, String errorCode) {
        return new FailAfter(new Fail(status, errorCode));
    }

    /** See {@link #FORWARD}. */
    record Forward() implements Fault {}

    /** See {@link #PARK_BEFORE}. */
    record ParkBefore() implements Fault {}

    /** See {@link #PARK_AFTER}. */
    record ParkAfter() implements Fault {}

    /** See {@link #DROP_BEFORE}. */
    record DropBefore() implements Fault {}

    /** See {@link #DROP_AFTER}. */
    record DropAfter() implements Fault {}

    /**
     * See {@link #fail}.
     *
     * @param status of the answer
     * @param errorCode the storage's own, such as {@code ServerBusy}
     */
    record Fail(int status, String errorCode) implements Fault {}

    /** See {@link #RESET}. */
    record Reset() implements Fault {}

    /** See {@link #failAfter}. */
    record FailAfter(Fail answer) implements Fault {}
}
