package dev.soliton.local;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project is on this machine. */
public final class ProjectRoot {

    private ProjectRoot() {}

    /** The build names it; elsewhere it is the nearest folder upwards that looks like it. */
    public static Path find() {
        String named = System.getProperty("soliton.basedir");
        Path folder = Path.of(named == null ? "" : named).toAbsolutePath();
        for (Path root = folder; root != null; root = root.getParent()) {
            if (Files.exists(root.resolve("src/local/azurite/package-lock.json"))) {
                return root;
            }
        }
        throw new LocalSetupException("There is no src/local/azurite/package-lock.json in or above " + folder + ".");
    }
}
