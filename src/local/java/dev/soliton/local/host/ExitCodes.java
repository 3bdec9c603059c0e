package dev.soliton.local.host;

/** How the host's JVM says why it ended. */
final class ExitCodes {

    /** Stopped on request. */
    static final int STOPPED = 0;

    /** Could not start, or an error it does not survive; the log says which. */
    static final int FAILED = 1;

    /** The port is taken: the number of EADDRINUSE on Linux. */
    static final int PORT_TAKEN = 98;

    /** A function outran functionTimeout and the JVM went with it: what {@code timeout(1)} returns. */
    static final int FUNCTION_TIMEOUT = 124;

    /** A thread of the host's own had no memory left: what {@code -XX:+ExitOnOutOfMemoryError} ends with. */
    static final int OUT_OF_MEMORY = 3;

    private ExitCodes() {}

    /** Whether a host that really is two processes would have lost one of them, and started it again. */
    static boolean isDeathOfJava(int code) {
        return code != STOPPED && code != FAILED && code != PORT_TAKEN;
    }
}
