package dev.soliton.local;

/** A port of this machine's loopback address. */
final class LocalPort {

    private LocalPort() {}

    /** Whether nothing listens there and this process may; 0, which stands for any free one, always is. */
    static boolean isFree(int port) {
        return port == 0 || Prerequisites.isFree(port);
    }
}
