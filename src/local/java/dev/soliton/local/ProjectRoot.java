package dev.soliton.local;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this project is on this machine, for its own tests. */
public final class ProjectRoot {

    private static final String MARK = "src/local/java";

    private ProjectRoot() {}

    /** The build names it; elsewhere it is the nearest folder upwards that looks like it. */
    public static Path find() {
        String named = System.getProperty("soliton.basedir");
        Path folder = Path.of(named == null ? "" : named).toAbsolutePath();
        for (Path root = folder; root != null; root = root.getParent()) {
            if (Files.isDirectory(root.resolve(MARK))) {
                return root;
            }
        }
        throw new LocalSetupException("There is no " + MARK + " in or above " + folder + ".");
    }
}
