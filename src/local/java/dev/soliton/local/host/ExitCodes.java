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

    private ExitCodes() {}
}
