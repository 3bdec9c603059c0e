package dev.soliton.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.util.BinaryData;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.TableClientBuilder;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableTransactionAction;
import com.azure.data.tables.models.TableTransactionActionType;
import com.azure.data.tables.models.TableTransactionFailedException;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.QueueClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("full")
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

    @Test
    void findsInAPartitionWhatItFindsInTheTable(@TempDir Path data) {
        List<String> keys = List.of("9", "10", "1a", "1e1", "it's", "ä", " ", "P", "p");
        try (Azurite azurite = Azurite.start(Azurite.Options.keptIn(data))) {
            TableClient table = table(azurite);
            table.createTable();
            keys.forEach(key -> fill(table, key));
            keys.forEach(key -> assertAgrees(table, key));
            keys.forEach(key -> change(table, key));
            keys.forEach(key -> assertAgrees(table, key));
            assertThat(rowKeys(table, "PartitionKey eq 'p' or RowKey eq '1'")).hasSize(7 + keys.size() - 1);
            assertThat(rowKeys(table, "PartitionKey eq 'p' and RowKey gt '5'")).containsExactly("6", "8", "9");
            assertThat(rowKeys(table, "PartitionKey eq 'none'")).isEmpty();
        }
        try (Azurite azurite = Azurite.start(Azurite.Options.keptIn(data))) {
            keys.forEach(key -> assertAgrees(table(azurite), key));
            keys.forEach(
                    key -> assertThat(rowKeys(table(azurite), partition(key))).hasSize(7));
        }
    }

    /** As a network may do it, whenever it likes. */
    @ParameterizedTest
    @ValueSource(strings = {"QueueEndpoint", "TableEndpoint"})
    void keepsCharactersWhoseBytesArriveApart(String service) throws Exception {
        String text = "ä中🚀".repeat(20);
        try (Azurite azurite = Azurite.start(Azurite.Options.inMemory())) {
            queue(azurite).create();
            table(azurite).createTable();
            Matcher endpoint = Pattern.compile("(?<=" + service + "=http://127\\.0\\.0\\.1:)\\d+")
                    .matcher(azurite.connectionString());
            assertThat(endpoint.find()).isTrue();
            try (ByteByByte wire = new ByteByByte(Integer.parseInt(endpoint.group()))) {
                String by = endpoint.replaceFirst(String.valueOf(wire.port()));
                queue(by).sendMessage(text);
                table(by).createEntity(new TableEntity("p", "r").addProperty("v", text));
            }
            assertThat(queue(azurite).peekMessage().getBody()).hasToString(text);
            assertThat(table(azurite).getEntity("p", "r").getProperty("v")).isEqualTo(text);
        }
    }

    /** A wire that carries requests byte by byte, so that a server reads many pieces of each. */
    private static final class ByteByByte implements AutoCloseable {
        private final ServerSocket accepting = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

        ByteByByte(int target) throws IOException {
            background(() -> {
                while (true) {
                    Socket client = accepting.accept();
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                    server.setTcpNoDelay(true);
                    background(() -> carry(client, server, 1));
                    background(() -> carry(server, client, 8192));
                }
            });
        }

        int port() {
            return accepting.getLocalPort();
        }

        private static void carry(Socket from, Socket to, int most) throws IOException {
            byte[] bytes = new byte[most];
            for (int read = from.getInputStream().read(bytes);
                    read >= 0;
                    read = from.getInputStream().read(bytes)) {
                to.getOutputStream().write(bytes, 0, read);
            }
            to.shutdownOutput();
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void background(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException closed) {
                    // The test is over, or sees the end of its connection.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            accepting.close();
        }
    }

    private static void fill(TableClient table, String key) {
        for (int row = 7; row >= 0; row--) {
            table.createEntity(new TableEntity(key, String.valueOf(row)));
        }
    }

    /** Of 8 rows two go and two come; then two would go and one come, had it not come already. */
    private static void change(TableClient table, String key) {
        table.deleteEntity(key, "0");
        table.submitTransaction(List.of(
                new TableTransactionAction(TableTransactionActionType.DELETE, new TableEntity(key, "7")),
                new TableTransactionAction(
                        TableTransactionActionType.UPSERT_REPLACE,
                        new TableEntity(key, "1").addProperty("v", "replaced")),
                new TableTransactionAction(TableTransactionActionType.CREATE, new TableEntity(key, "8")),
                new TableTransactionAction(TableTransactionActionType.UPSERT_MERGE, new TableEntity(key, "9"))));
        assertThatThrownBy(() -> table.submitTransaction(List.of(
                        new TableTransactionAction(TableTransactionActionType.DELETE, new TableEntity(key, "2")),
                        new TableTransactionAction(TableTransactionActionType.CREATE, new TableEntity(key, "10")),
                        new TableTransactionAction(TableTransactionActionType.CREATE, new TableEntity(key, "8")))))
                .isInstanceOf(TableTransactionFailedException.class);
        table.deleteEntity(key, "3");
    }

    /** The second of the two filters is one that is answered by all rows of the table. */
    private static void assertAgrees(TableClient table, String key) {
        String quoted = key.replace("'", "''");
        assertThat(rowKeys(table, partition(key)))
                .isNotEmpty()
                .isEqualTo(rowKeys(table, "PartitionKey ge '" + quoted + "' and PartitionKey le '" + quoted + "'"));
    }

    private static String partition(String key) {
        return "PartitionKey eq '" + key.replace("'", "''") + "'";
    }

    /** By pages of three. */
    private static List<String> rowKeys(TableClient table, String filter) {
        return table.listEntities(new ListEntitiesOptions().setFilter(filter).setTop(3), null, null).stream()
                .map(TableEntity::getRowKey)
                .toList();
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
        return queue(azurite.connectionString());
    }

    private static QueueClient queue(String connectionString) {
        return new QueueClientBuilder()
                .connectionString(connectionString)
                .queueName("q-1")
                .buildClient();
    }

    private static TableClient table(Azurite azurite) {
        return table(azurite.connectionString());
    }

    private static TableClient table(String connectionString) {
        return new TableClientBuilder()
                .connectionString(connectionString)
                .tableName("table1")
                .buildClient();
    }
}
