package dev.soliton.local;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The storage account of a local run: one that was named, an Azurite that was found, or one started for the run.
 *
 * @param connectionString leads to it; never printed, since a named account's key is a secret
 * @param description says what it is, in a sentence's part
 * @param own the Azurite to stop at the end; null where others may use it
 */
record LocalStorage(String connectionString, String description, @Nullable Azurite own) {

    /**
     * Finds the storage, or starts it.
     *
     * @throws LocalSetupException if a port is taken by something else
     */
    static LocalStorage open(LauncherSettings settings, PrintStream out) {
        String named = settings.storage();
        if (named != null) {
            return new LocalStorage(named, "the one that " + LauncherSettings.STORAGE + " names", null);
        }
        Path folder = settings.azuriteHome();
        try {
            AzuriteInstallation.createIgnored(folder);
            Path own = LauncherSettings.folderOf(settings.project());
            if (settings.azuriteData().startsWith(own)) {
                AzuriteInstallation.createIgnored(own);
            }
            // Of two launchers that begin at the same time, the second must find the first one's Azurite, and not
            // start another on the same files.
            try (FileChannel lock = FileChannel.open(
                    folder.resolve("start.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                if (lock.tryLock() == null) {
                    out.println("Waiting for another launcher, which starts Azurite.");
                    lock.lock();
                }
                return findOrStart(settings, out);
            }
        } catch (IOException e) {
            throw new LocalSetupException("The folder " + folder + " cannot be used: " + e, e);
        }
    }

    private static LocalStorage findOrStart(LauncherSettings settings, PrintStream out) {
        StoragePorts ports = settings.azuritePorts();
        if (ports.blob() != 0 && Azurite.isAnsweredAt(ports)) {
            return new LocalStorage(
                    ports.connectionString(), "the Azurite that already listens on " + list(ports), null);
        }
        requireFree(ports.blob());
        requireFree(ports.queue());
        requireFree(ports.table());
        Azurite azurite = Azurite.start(Azurite.Options.keptIn(settings.azuriteHome(), settings.azuriteData())
                .withPorts(ports)
                .withProgress(out));
        return new LocalStorage(
                azurite.connectionString(),
                "Azurite on " + list(azurite.ports()) + ", data in " + settings.azuriteData(),
                azurite);
    }

    private static void requireFree(int port) {
        if (!LocalPort.isFree(port)) {
            throw new LocalSetupException("Port " + port + " is in use, and not by an Azurite.\n"
                    + "Choose other ports for Azurite with -D" + LauncherSettings.AZURITE_PORTS
                    + "=11000,11001,11002, or name a storage that runs with -D" + LauncherSettings.STORAGE
                    + "=\"<connection string>\".");
        }
    }

    private static String list(StoragePorts ports) {
        return "ports " + ports.blob() + ", " + ports.queue() + " and " + ports.table();
    }
}
