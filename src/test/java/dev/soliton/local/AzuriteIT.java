package dev.soliton.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.util.BinaryData;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.TableClientBuilder;
import com.azure.data.tables.models.TableEntity;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.QueueClientBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AzuriteIT {

    @Test
    void servesTheThreeServicesFromMemory() {
        try (Azurite azurite = Azurite.start(Azurite.Options.inMemory())) {
            write(azurite);
            assertReads(azurite);
        }
    }

    @Test
    void keepsWhatItAcceptedWhenClosed(@TempDir Path data) {
        try (Azurite azurite = Azurite.start(Azurite.Options.keptIn(data))) {
            write(azurite);
        }
        try (Azurite azurite = Azurite.start(Azurite.Options.keptIn(data))) {
            assertReads(azurite);
        }
    }

    @Test
    void endsOnCloseAndOnKill() {
        Azurite closed = Azurite.start(Azurite.Options.inMemory());
        write(closed); // so that its connections are open
        closed.close();
        assertThat(closed.isAlive()).isFalse();

        Azurite killed = Azurite.start(Azurite.Options.inMemory());
        killed.kill();
        assertThat(killed.isAlive()).isFalse();
    }

    @Test
    void ignoresTheSignalsOfATerminal() throws Exception {
        try (Azurite azurite = Azurite.start(Azurite.Options.inMemory())) {
            for (String signal : new String[] {"-INT", "-TERM", "-HUP"}) {
                Process kill = new ProcessBuilder("kill", signal, Long.toString(azurite.pid())).start();
                assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
                assertThat(kill.exitValue()).isZero();
            }
            write(azurite);
            assertReads(azurite);
        }
    }

    @Test
    void tellsWhatItWroteWhenItCannotStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            StoragePorts ports = new StoragePorts(taken.getLocalPort(), 0, 0);
            assertThatThrownBy(() -> Azurite.start(Azurite.Options.inMemory().withPorts(ports)))
                    .isInstanceOf(LocalSetupException.class)
                    .hasMessageContaining("EADDRINUSE")
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
    }

    private static void write(Azurite azurite) {
        container(azurite).create();
        container(azurite).getBlobClient("b").upload(BinaryData.fromString("blob"));
        queue(azurite).create();
        queue(azurite).sendMessage("message");
        table(azurite).createTable();
        table(azurite).createEntity(new TableEntity("p", "r").addProperty("v", "entity"));
    }

    private static void assertReads(Azurite azurite) {
        assertThat(container(azurite).getBlobClient("b").downloadContent()).hasToString("blob");
        assertThat(queue(azurite).peekMessage().getBody()).hasToString("message");
        assertThat(table(azurite).getEntity("p", "r").getProperty("v")).isEqualTo("entity");
    }

    private static BlobContainerClient container(Azurite azurite) {
        return new BlobServiceClientBuilder()
                .connectionString(azurite.connectionString())
                .buildClient()
                .getBlobContainerClient("c-1");
    }

    private static QueueClient queue(Azurite azurite) {
        return new QueueClientBuilder()
                .connectionString(azurite.connectionString())
                .queueName("q-1")
                .buildClient();
    }

    private static TableClient table(Azurite azurite) {
        return new TableClientBuilder()
                .connectionString(azurite.connectionString())
                .tableName("table1")
                .buildClient();
    }
}
