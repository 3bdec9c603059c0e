package dev.soliton.reliability;

/**
 * Something that must not be.
 *
 * @param what says it, with all that is needed to find it in the log
 */
record Violation(Rule rule, String what) {

    /** The promises, from the side of those who break them. */
    enum Rule {
        /** Two processes ran activities of one instance at a time, or under one fencing token. */
        TWO_OWNERS,
        /** An owner that had been replaced started an activity. */
        FENCE_WENT_BACK,
        /** A step was two tasks, or one task was started twice by one owner: a child, an event or a call was doubled. */
        DONE_TWICE,
        /** A task began again although its result had been used. */
        RUN_AGAIN_AFTER_COMMIT,
        /** A task was given another input the second time, or one result of two runs was used, and then the other. */
        HISTORY_CHANGED,
        /** A result was used of a run that had not ended. */
        RESULT_OF_NO_RUN,
        /** A timer fired before its time. */
        TOO_EARLY,
        /** An activity began after its instance had been seen to have ended. */
        RUN_AFTER_END,
        /** A start was accepted and never ran, or all were refused. */
        START_LOST,
        /** Two starts of an ID were answered 202. */
        TWO_STARTED,
        /** Another start ran than the one that was told so. */
        LOSER_RAN,
        EVENT_LOST,
        EVENT_DOUBLED,
        EVENT_REORDERED,
        /** An event came in that nobody sent. */
        EVENT_UNSENT,
        /** A run that was to follow another never began, or one ran that nobody was told of. */
        RELAY_BROKEN,
        /** Who was terminated for sure has ended otherwise, or somebody was terminated whom nobody asked to. */
        NOT_TERMINATED,
        /** What was purged is there. */
        NOT_PURGED,
        /** An instance that should have completed has not ended. */
        NOT_FINISHED,
        /** It has ended otherwise. */
        FAILED
    }

    @Override
    public String toString() {
        return rule + ": " + what;
    }
}
