package dev.soliton.engine;

/** What became of a message. Each of them is a good end: the message has done its work. */
public enum TurnOutcome {
    /** The instance ran to its end. */
    ENDED,
    /** There was nothing to do. */
    DROPPED,
    /** A copy of the message was put, to be looked at later. */
    PUT_BACK,
    /** Another worker took the instance over. */
    OWNERSHIP_LOST
}
