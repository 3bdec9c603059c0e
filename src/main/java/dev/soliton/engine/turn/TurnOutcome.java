package dev.soliton.engine.turn;

/** What became of a message. Each of them is a good end: the message has done its work. */
public enum TurnOutcome {
    /** The instance ran to its end. */
    ENDED,
    /** The instance waits for something that is not there yet. */
    IDLE,
    /** There was nothing to do. */
    DROPPED,
    /** A copy of the message was put, to be looked at later. */
    REQUEUED,
    /** The turn had to end before the work did; a message was put for the rest of it. */
    HANDED_OFF,
    /** The turn goes on without its message, and sees to itself. */
    DETACHED,
    /** Another worker took the instance over. */
    OWNERSHIP_LOST
}
