package dev.soliton.engine.turn;

/** What came of one look at the instance of a message. */
sealed interface Attempt {
    /** The instance changed after it was read: it is to be read again. */
    Attempt READ_AGAIN = new ReadAgain();

    static Attempt handled(TurnOutcome outcome) {
        return new Handled(outcome);
    }

    /** The message has done its work. */
    record Handled(TurnOutcome outcome) implements Attempt {}

    /** Another look may show something else. */
    record ReadAgain() implements Attempt {}
}
