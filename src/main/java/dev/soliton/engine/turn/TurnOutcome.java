package dev.soliton.engine.turn;

/** What became of a message. Each outcome is a good one: the message is handled. */
public enum TurnOutcome {
    /** The instance ran to its end. */
    ENDED,
    /** The instance waits for something that has not arrived yet. */
    IDLE,
    /** There was nothing to do. */
    DROPPED,
    /** A copy of the message was put, to be processed later. */
    REQUEUED,
    /** The turn had to end before its work was done; a message was put for the rest. */
    HANDED_OFF,
    /** The turn goes on without its message, and handles its outcome by itself. */
    DETACHED,
    /** Another worker took the instance over. */
    OWNERSHIP_LOST
}
