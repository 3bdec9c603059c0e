package dev.soliton.engine.turn;

/** The result of one read of the instance of a message. */
sealed interface Attempt {
    /** The instance changed after the read, and has to be read again. */
    Attempt READ_AGAIN = new ReadAgain();

    static Attempt handled(TurnOutcome outcome) {
        return new Handled(outcome);
    }

    /** The message is handled. */
    record Handled(TurnOutcome outcome) implements Attempt {}

    /** Another read may show something else. */
    record ReadAgain() implements Attempt {}
}
