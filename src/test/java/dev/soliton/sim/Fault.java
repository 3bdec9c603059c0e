package dev.soliton.sim;

/** What becomes of a call, and of the process that makes it. */
enum Fault {
    /** It happens, and is answered. */
    NONE,
    /** It does not happen, and is not answered. */
    LOST_REQUEST,
    /** It happens, and is not answered. */
    LOST_ANSWER,
    /** It is not answered, and happens later. */
    LATE,
    /** It takes long to get there. */
    SLOW_REQUEST,
    /** The answer takes long. */
    SLOW_ANSWER,
    /** The process stands still before it. */
    PAUSE,
    /** The process stands still after it, before it has the answer. */
    PAUSE_AFTER,
    /** The process dies, and it never happens. */
    CRASH,
    /** The process dies, and it happens. */
    CRASH_AFTER,
    /** The process dies, and it happens later. */
    CRASH_LATE
}
