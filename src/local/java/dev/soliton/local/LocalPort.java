package dev.soliton.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A port of this machine's loopback address. */
final class LocalPort {

    private static final int CONNECT_MILLIS = 1_000;

    private LocalPort() {}

    /** Whether nothing listens there and this process may; 0, which stands for any free one, always is. */
    static boolean isFree(int port) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return port == 0 || (!isListening(address) && isBindable(address));
    }

    /** Some systems let a program bind what another one has bound for all addresses, so binding alone proves little. */
    private static boolean isListening(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isBindable(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
