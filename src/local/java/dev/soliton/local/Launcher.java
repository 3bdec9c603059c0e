package dev.soliton.local;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The program behind {@code mvn -Plocal}: the app on a local host, with Azurite beside it unless a storage is named. The
 * docs page about the local host has its properties.
 *
 * <p>It runs within Maven, whose loader reads classes from {@code target/}, where a second build may write at any
 * time. So the first thing it does is to load itself anew from a private copy.
 */
public final class Launcher {

    private Launcher() {}

    /**
     * Runs until Ctrl-C; anything that keeps it from running ends the process with exit code 1 and a message.
     *
     * @param args the root of the project whose app is run; without it, the property {@code soliton.basedir} or else the
     *     working directory
     */
    public static void main(String[] args) {
        PrintStream out = standardOutput();
        if (args.length > 0) {
            System.setProperty(LauncherSettings.PROJECT, args[0]);
        }
        try {
            PrivateClassPath classPath = PrivateClassPath.of(Launcher.class);
            // Not closed: the shutdown hook still needs it.
            ClassLoader loader = classPath.newLoader();
            Thread.currentThread().setContextClassLoader(loader);
            loader.loadClass(Reloaded.class.getName())
                    .getMethod("main", String.class)
                    .invoke(null, classPath.asOption());
        } catch (ReflectiveOperationException | IOException | LocalSetupException e) {
            e.printStackTrace(out);
        }
        System.exit(1);
    }

    /** Maven's own streams may be gone when a shutdown hook writes. */
    private static PrintStream standardOutput() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }

    /** The launcher in the private copy, under a name by which the first one can call it. */
    public static final class Reloaded {

        private Reloaded() {}

        /** Returns, or throws, only to end the process with exit code 1. */
        public static void main(String hostClassPath) throws InterruptedException {
            PrintStream out = standardOutput();
            try {
                LauncherSettings settings = LauncherSettings.of(System.getProperties());
                new LocalRun(settings, hostClassPath, out).run();
            } catch (LocalSetupException e) {
                out.println();
                out.println(e.getMessage());
                out.println();
            }
        }
    }
}
