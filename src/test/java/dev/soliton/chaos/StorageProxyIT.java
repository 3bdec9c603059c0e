package dev.soliton.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.policy.ExponentialBackoffOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.util.BinaryData;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.TableClientBuilder;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableServiceException;
import com.azure.data.tables.models.TableTransactionAction;
import com.azure.data.tables.models.TableTransactionActionType;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.QueueClientBuilder;
import com.azure.storage.queue.models.QueueMessageItem;
import com.azure.storage.queue.models.QueueStorageException;
import dev.soliton.local.Azurite;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The proxy between real SDK clients and Azurite: the truth is read past the proxy, at Azurite itself. */
@Tag("full")
final class StorageProxyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Azurite azurite;

    private final String name = "n" + UUID.randomUUID().toString().replace("-", "");
    private StorageProxy proxy;
    private TableClient table;
    private TableClient truth;
    private QueueClient queue;
    private BlobContainerClient container;

    @BeforeAll
    static void startAzurite() {
        azurite = Azurite.start(Azurite.Options.inMemory());
    }

    @AfterAll
    static void stopAzurite() {
        azurite.close();
    }

    @BeforeEach
    void connect() {
        proxy = StorageProxy.to(azurite.ports());
        table = tableClient(proxy.connectionString(), 0);
        truth = tableClient(azurite.connectionString(), 0);
        queue = new QueueClientBuilder()
                .connectionString(proxy.connectionString())
                .retryOptions(retries(0))
                .queueName(name)
                .buildClient();
        container = new BlobServiceClientBuilder()
                .connectionString(proxy.connectionString())
                .retryOptions(retries(0))
                .buildClient()
                .getBlobContainerClient(name);
        table.createTable();
        queue.create();
        container.create();
        proxy.forgetCalls();
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void tellsTheKindsOfTableCalls() {
        table.createEntity(entity("r 1+ü"));
        table.getEntity("p'", "r 1+ü");
        table.updateEntity(entity("r 1+ü"));
        table.submitTransaction(List.of(upsert("a"), upsert("b")));
        assertThat(table.listEntities()).hasSize(3);
        table.deleteEntity("p'", "a");

        assertThat(proxy.calls())
                .extracting(Call::kind)
                .containsExactly(
                        CallKind.TABLE_INSERT,
                        CallKind.TABLE_GET,
                        CallKind.TABLE_UPDATE,
                        CallKind.TABLE_BATCH,
                        CallKind.TABLE_QUERY,
                        CallKind.TABLE_DELETE);
        assertThat(proxy.calls().get(1).mentions("r 1+ü")).isTrue();
        assertThat(proxy.calls().get(3).body()).contains("RowKey='b'");
        assertThat(proxy.status(proxy.calls().get(3))).hasValue(202);
    }

    @Test
    void tellsTheKindsOfQueueCalls() {
        queue.sendMessage("m");
        queue.peekMessage();
        QueueMessageItem message = queue.receiveMessage();
        String receipt = queue.updateMessage(message.getMessageId(), message.getPopReceipt(), "n", Duration.ZERO)
                .getPopReceipt();
        queue.deleteMessage(message.getMessageId(), receipt);
        queue.getProperties();

        assertThat(proxy.calls())
                .extracting(Call::kind)
                .containsExactly(
                        CallKind.QUEUE_PUT,
                        CallKind.QUEUE_PEEK,
                        CallKind.QUEUE_GET,
                        CallKind.QUEUE_UPDATE,
                        CallKind.QUEUE_DELETE,
                        CallKind.QUEUE_OTHER);
    }

    @Test
    void tellsTheKindsOfBlobCalls() {
        var blob = container.getBlobClient("folder/b");
        blob.upload(BinaryData.fromString("content"));
        blob.getProperties();
        blob.setMetadata(Map.of("k", "v"));
        assertThat(blob.downloadContent()).hasToString("content");
        assertThat(container.listBlobs()).hasSize(1);
        blob.delete();

        assertThat(proxy.calls())
                .extracting(Call::kind)
                .containsExactly(
                        CallKind.BLOB_PUT,
                        CallKind.BLOB_HEAD,
                        CallKind.BLOB_METADATA,
                        CallKind.BLOB_GET,
                        CallKind.BLOB_LIST,
                        CallKind.BLOB_DELETE);
    }

    @Test
    void passesTenMegabytesBothWays() {
        byte[] content = new byte[10_000_000];
        new Random(1).nextBytes(content);
        var blob = container.getBlobClient("large");

        blob.upload(BinaryData.fromBytes(content));

        assertThat(blob.downloadContent().toBytes()).isEqualTo(content);
    }

    @Test
    void servesManyCallersAtOnce() {
        ExecutorService callers = Executors.newFixedThreadPool(40);
        try {
            List<CompletableFuture<Void>> writes = IntStream.range(0, 200)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> table.createEntity(entity("r" + i)), callers))
                    .toList();
            writes.forEach(CompletableFuture::join);
        } finally {
            callers.shutdown();
        }

        assertThat(truth.listEntities()).hasSize(200);
        assertThat(proxy.calls(call -> call.is(CallKind.TABLE_INSERT))).hasSize(200);
    }

    @Test
    void aCallParkedBeforehandTakesEffectOnlyWhenReleased() throws Exception {
        proxy.follow(Plan.first(call -> call.is(CallKind.TABLE_BATCH), Fault.PARK_BEFORE));
        CompletableFuture<Void> commit =
                CompletableFuture.runAsync(() -> table.submitTransaction(List.of(upsert("a"))));

        Parked parked = proxy.awaitParked(PATIENCE);
        assertThat(truth.listEntities()).isEmpty();
        assertThat(proxy.status(parked.call())).isEmpty();

        parked.release();
        commit.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(truth.listEntities()).hasSize(1);
    }

    @Test
    void aCallParkedAfterwardsHasTakenEffect() throws Exception {
        proxy.follow(Plan.first(call -> call.is(CallKind.TABLE_BATCH), Fault.PARK_AFTER));
        CompletableFuture<Void> commit =
                CompletableFuture.runAsync(() -> table.submitTransaction(List.of(upsert("a"))));

        Parked parked = proxy.awaitParked(PATIENCE);
        assertThat(truth.listEntities()).hasSize(1);
        assertThat(commit).isNotDone();

        parked.release();
        commit.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aParkedCallMayBeDroppedOrOutliveTheProxy() throws Exception {
        proxy.follow(Plan.each(call -> call.is(CallKind.TABLE_INSERT), Fault.PARK_BEFORE));
        CompletableFuture<Void> dropped = CompletableFuture.runAsync(() -> table.createEntity(entity("dropped")));
        proxy.awaitParked(PATIENCE).drop();
        assertThat(dropped).failsWithin(PATIENCE);

        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> table.createEntity(entity("closed")));
        proxy.awaitParked(PATIENCE);
        proxy.close();
        assertThat(closed).failsWithin(PATIENCE);
        assertThat(truth.listEntities()).isEmpty();
    }

    @Test
    void missingParkedCallIsReportedWithItsKind() {
        table.createEntity(entity("r"));
        assertThatThrownBy(() -> proxy.awaitParked(Duration.ZERO))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("#")
                .hasMessageContaining("TABLE_INSERT");
    }

    @Test
    void aDroppedCallHasNoEffectAndALostAnswerHas() {
        proxy.follow(Plan.first(call -> call.is(CallKind.TABLE_INSERT), Fault.DROP_BEFORE)
                .and(Plan.nth(2, call -> call.is(CallKind.TABLE_INSERT), Fault.DROP_AFTER)));

        assertThatThrownBy(() -> table.createEntity(entity("before"))).hasRootCauseInstanceOf(IOException.class);
        assertThat(truth.listEntities()).isEmpty();

        assertThatThrownBy(() -> table.createEntity(entity("after"))).hasRootCauseInstanceOf(IOException.class);
        assertThat(truth.listEntities()).hasSize(1);

        table.createEntity(entity("third"));
        assertThat(truth.listEntities()).hasSize(2);
    }

    @Test
    void aResetCallHasNoEffectAndOneThatFailsAfterwardsHas() {
        proxy.follow(Plan.first(call -> call.is(CallKind.TABLE_INSERT), Fault.RESET)
                .and(Plan.nth(2, call -> call.is(CallKind.TABLE_INSERT), Fault.failAfter(500, "InternalError"))));

        assertThatThrownBy(() -> table.createEntity(entity("before"))).hasRootCauseInstanceOf(IOException.class);
        assertThat(truth.listEntities()).isEmpty();

        assertThatThrownBy(() -> table.createEntity(entity("after")))
                .isInstanceOfSatisfying(
                        TableServiceException.class,
                        e -> assertThat(e.getResponse().getStatusCode()).isEqualTo(500));
        assertThat(truth.listEntities()).hasSize(1);
    }

    @Test
    void anSdkThatRetriesALostAnswerFindsItsOwnWrite() {
        TableClient patient = tableClient(proxy.connectionString(), 1);
        proxy.follow(Plan.first(call -> call.is(CallKind.TABLE_INSERT), Fault.DROP_AFTER));

        assertThatThrownBy(() -> patient.createEntity(entity("r")))
                .isInstanceOfSatisfying(
                        TableServiceException.class,
                        e -> assertThat(e.getResponse().getStatusCode()).isEqualTo(409));
        assertThat(proxy.calls())
                .extracting(call -> proxy.status(call).getAsInt())
                .containsExactly(204, 409);
    }

    @Test
    void refusalsReadLikeTheStoragesOwn() {
        proxy.follow(Plan.each(call -> true, Fault.fail(503, "ServerBusy")));

        assertThatThrownBy(() -> table.createEntity(entity("r")))
                .isInstanceOfSatisfying(TableServiceException.class, e -> {
                    assertThat(e.getResponse().getStatusCode()).isEqualTo(503);
                    assertThat(e.getValue().getErrorCode()).hasToString("ServerBusy");
                });
        assertThatThrownBy(() -> queue.sendMessage("m")).isInstanceOfSatisfying(QueueStorageException.class, e -> {
            assertThat(e.getStatusCode()).isEqualTo(503);
            assertThat(e.getErrorCode()).hasToString("ServerBusy");
        });
        assertThatThrownBy(() -> container.getBlobClient("b").getProperties())
                .isInstanceOfSatisfying(BlobStorageException.class, e -> {
                    assertThat(e.getStatusCode()).isEqualTo(503);
                    assertThat(e.getErrorCode()).hasToString("ServerBusy");
                });

        proxy.follow(Plan.NONE);
        table.createEntity(entity("r"));
        assertThat(truth.listEntities()).hasSize(1);
    }

    private TableClient tableClient(String connectionString, int retries) {
        return new TableClientBuilder()
                .connectionString(connectionString)
                .retryOptions(retries(retries))
                .tableName(name)
                .buildClient();
    }

    private static RetryOptions retries(int times) {
        return new RetryOptions(new ExponentialBackoffOptions()
                .setMaxRetries(times)
                .setBaseDelay(Duration.ofMillis(10))
                .setMaxDelay(Duration.ofMillis(10)));
    }

    private static TableEntity entity(String rowKey) {
        return new TableEntity("p'", rowKey).addProperty("v", "value");
    }

    private static TableTransactionAction upsert(String rowKey) {
        return new TableTransactionAction(TableTransactionActionType.UPSERT_REPLACE, entity(rowKey));
    }
}
