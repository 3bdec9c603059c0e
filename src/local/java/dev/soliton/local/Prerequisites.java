package dev.soliton.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a build needs beside the JDK and Maven, looked for before anything is compiled: Node and npm, and with
 * {@code mvn -Plocal} the port of the app.
 *
 * <p>The build runs this source file as it is, by {@code java Prerequisites.java [port]}, since there are no classes
 * yet. So it uses nothing of the project, and says nothing if all is there.
 */
final class Prerequisites {

    /** What the dependencies of the pinned Azurite ask for. */
    static final int OLDEST_NODE = 20;

    private static final int CONNECT_MILLIS = 1_000;
    private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\.\\S+");

    private Prerequisites() {}

    /** Ends with exit code 1 and a sentence for whoever builds, if something is missing. */
    public static void main(String[] args) {
        String missing = missing("node", npm(), args.length == 0 ? "" : args[0].strip());
        if (!missing.isEmpty()) {
            System.err.println();
            System.err.println(missing);
            System.err.println();
            System.exit(1);
        }
    }

    /** What is missing of Node and npm, in a sentence; empty if nothing is. */
    static String missing() {
        return missing("node", npm(), "");
    }

    /** What is missing, in a sentence; empty if nothing is. */
    static String missing(String node, String npm, String port) {
        String version = firstLineOf(node);
        Matcher matcher = NODE_VERSION.matcher(version);
        if (!matcher.matches()) {
            return "Node.js is not on the PATH. The storage emulator Azurite needs it, version " + OLDEST_NODE
                    + " or later: https://nodejs.org";
        }
        if (matcher.group(1).length() < 4 && Integer.parseInt(matcher.group(1)) < OLDEST_NODE) {
            return "Node.js " + version + " is too old for the storage emulator Azurite, which needs version "
                    + OLDEST_NODE + " or later: https://nodejs.org";
        }
        if (firstLineOf(npm).isEmpty()) {
            return "npm is not on the PATH. The build installs the storage emulator Azurite with it. It comes with"
                    + " Node.js: https://nodejs.org";
        }
        return isTaken(port)
                ? "Port " + port + " is in use. Choose another with -Dsoliton.port=" + (Integer.parseInt(port) + 1)
                        + ", or 0 for any that is free."
                : "";
    }

    private static String npm() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows") ? "npm.cmd" : "npm";
    }

    private static String firstLineOf(String program) {
        try {
            Process process = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? output.strip().lines().findFirst().orElse("") : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** A port that cannot be read as one is left to whoever reads the other settings. */
    private static boolean isTaken(String port) {
        if (!port.matches("[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d\\d|655[0-2]\\d|6553[0-4]")) {
            return false;
        }
        return !isFree(Integer.parseInt(port));
    }

    /**
     * Whether nothing listens at a port of the loopback address and this process may. Some systems let a program bind what
     * another one has bound for all addresses, so binding alone proves little.
     */
    static boolean isFree(int port) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            return false;
        } catch (IOException nobodyListens) {
            return isBindable(address);
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
