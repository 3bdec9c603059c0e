package dev.soliton.local.host;

import java.io.IOException;
import java.lang.reflect.Proxy;

/** The ways in which a host is asked to stop: SIGINT, SIGTERM, and the end of the process that started it. */
final class StopSignals {

    private StopSignals() {}

    /**
     * Runs the action on SIGINT and SIGTERM, before any shutdown hook runs: those of the app are due after the drain. By
     * reflection, for the compiler warns of these classes; a JVM without them stops by its shutdown hooks alone.
     */
    static void onSignals(Runnable stop) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object stopping = Proxy.newProxyInstance(
                    StopSignals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, args) -> {
                        stop.run();
                        return null;
                    });
            for (String name : new String[] {"INT", "TERM"}) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), stopping);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            Runtime.getRuntime().addShutdownHook(new Thread(stop));
        }
    }

    /** What the parent sends where the host is to go, and Java to stay. */
    static final int GO_ALONE = 'g';

    /** Runs the action when standard input ends, which is a pipe from the parent, or another if it is told by that. */
    static void onInput(Runnable stop, Runnable goAlone) {
        Thread thread = new Thread(
                () -> {
                    try {
                        for (int told = System.in.read(); told >= 0; told = System.in.read()) {
                            if (told == GO_ALONE) {
                                goAlone.run();
                            }
                        }
                    } catch (IOException e) {
                        // the same as its end
                    }
                    stop.run();
                },
                "parent-watch");
        thread.setDaemon(true);
        thread.start();
    }
}
