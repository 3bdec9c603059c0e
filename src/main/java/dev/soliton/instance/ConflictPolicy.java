package dev.soliton.instance;

/** What becomes of a start whose ID an instance has that is not finished. */
public enum ConflictPolicy {
    /** The start is refused. */
    FAIL,
    /** The start is answered with that instance. */
    USE_EXISTING
}
