package dev.soliton.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the launcher is to run, as its system properties say.
 *
 * @param project the root of the project whose app is run
 * @param staged the folder with the function app, as the build left it
 * @param port of the host; 0 asks for a free one
 * @param storage connection string of a storage that runs already; null asks for Azurite
 * @param azuritePorts where Azurite listens, or is to listen
 * @param azuriteHome where Azurite is installed, or is to be installed
 * @param azuriteData where Azurite keeps its data
 * @param callers whom the host answers
 */
record LauncherSettings(
        Path project,
        Path staged,
        int port,
        @Nullable String storage,
        StoragePorts azuritePorts,
        Path azuriteHome,
        Path azuriteData,
        Callers callers) {

    /**
     * Whom the host answers.
     *
     * @param keys the master key and a function key that are asked for; empty asks for none
     * @param foreign whether pages of other sites, and other names of this machine, are answered
     */
    record Callers(List<String> keys, boolean foreign) {
        Callers {
            keys = List.copyOf(keys);
        }
    }

    static final String PORT = "soliton.port";
    static final String STORAGE = "soliton.storage";
    static final String AZURITE_PORTS = "soliton.azurite.ports";
    static final String AZURITE_HOME = "soliton.azurite.home";
    static final String AZURITE_DATA = "soliton.azurite.data";
    static final String PROJECT = "soliton.basedir";
    static final String STAGED = "soliton.staged";
    static final String KEYS = "soliton.keys";
    static final String FOREIGN_CALLERS = "soliton.foreign-callers";

    private static final String DEFAULT_PORT = "7071";
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    /**
     * Reads the settings.
     *
     * @throws LocalSetupException if one of them cannot be used
     */
    static LauncherSettings of(Properties properties) {
        Path project = Path.of(properties.getProperty(PROJECT, "")).toAbsolutePath();
        String staged = properties.getProperty(STAGED, "");
        String storage = properties.getProperty(STORAGE, "").strip();
        StoragePorts ports = azuritePorts(properties.getProperty(AZURITE_PORTS, ""));
        String home = properties.getProperty(AZURITE_HOME, "");
        String data = properties.getProperty(AZURITE_DATA, "");
        return new LauncherSettings(
                project,
                staged.isBlank() ? stagedIn(project.resolve("target/azure-functions")) : Path.of(staged),
                port(PORT, properties.getProperty(PORT, DEFAULT_PORT)),
                storage.isEmpty() ? null : storage,
                ports,
                home.isBlank() ? folderOf(project) : Path.of(home),
                data.isBlank() ? dataOf(project, ports) : Path.of(data),
                new Callers(
                        keys(properties.getProperty(KEYS, "")),
                        Boolean.parseBoolean(properties.getProperty(FOREIGN_CALLERS, "false"))));
    }

    /** Where the Functions plugin for Maven stages an app, under the name that the app has in Azure. */
    private static Path stagedIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new LocalSetupException("There is no " + folder + ": the build has staged no function app.");
        }
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> apps = all.filter(each -> Files.isRegularFile(each.resolve("host.json")))
                    .toList();
            if (apps.size() != 1) {
                throw new LocalSetupException("There are " + apps.size() + " function apps in " + folder
                        + ". The property " + STAGED + " names the one to run.");
            }
            return apps.get(0);
        } catch (IOException e) {
            throw new LocalSetupException("The folder " + folder + " cannot be read: " + e, e);
        }
    }

    /** What a project has of the local host and Azurite. */
    static Path folderOf(Path project) {
        return project.resolve(".azurite");
    }

    private static List<String> keys(String value) {
        List<String> keys = value.isBlank() ? List.of() : List.of(COMMA.split(value.strip(), -1));
        if (!keys.isEmpty() && (keys.size() != 2 || keys.contains(""))) {
            throw new LocalSetupException("-D" + KEYS + " takes two keys, master,function; not '" + value + "'.");
        }
        return keys;
    }

    /** Two Azurites on different ports must not write to the same files. */
    private static Path dataOf(Path project, StoragePorts ports) {
        String folder = ports.equals(StoragePorts.WELL_KNOWN) ? "data" : "data-" + ports.blob();
        return folderOf(project).resolve(folder);
    }

    private static StoragePorts azuritePorts(String value) {
        if (value.isBlank()) {
            return StoragePorts.WELL_KNOWN;
        }
        List<String> ports = List.of(COMMA.split(value.strip(), -1));
        if (ports.size() != 3) {
            throw new LocalSetupException(
                    "-D" + AZURITE_PORTS + " takes three ports, blob,queue,table; not '" + value + "'.");
        }
        return new StoragePorts(
                port(AZURITE_PORTS, ports.get(0)),
                port(AZURITE_PORTS, ports.get(1)),
                port(AZURITE_PORTS, ports.get(2)));
    }

    private static int port(String property, String value) {
        try {
            int port = Integer.parseInt(value.strip());
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new LocalSetupException("-D" + property + " takes a port, 0 to 65535; not '" + value + "'.");
    }
}
