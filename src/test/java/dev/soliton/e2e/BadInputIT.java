package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.data.tables.TableClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableEntityUpdateMode;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.queue.QueueClient;
import dev.soliton.azure.StorageAccount;
import dev.soliton.e2e.app.Awaits;
import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Steps;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody ought to send or write: nothing is lost by it, nothing beside it is held up, and somebody is told. */
@Tag("full")
final class BadInputIT {
    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    @BeforeAll
    static void start() {
        hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Awaits.class, Lives.class));
        app = hub.host();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    private static StorageAccount account() {
        return StorageAccount.of(Map.of("AzureWebJobsStorage", Hub.azurite().connectionString()));
    }

    private static TableClient table() {
        return account().tables().getTableClient(hub.name() + "Instances");
    }

    private static QueueClient queue() {
        return account().queues().getQueueClient(hub.name() + "-orchestrations");
    }

    private static BlobContainerClient payloads() {
        return account().blobs().getBlobContainerClient(hub.name() + "-payloads");
    }

    /** Changes a row as somebody would with a tool for tables. */
    private static void edit(String instance, String rowKey, Consumer<TableEntity> change) {
        TableEntity row = table().getEntity(instance, rowKey);
        change.accept(row);
        table().updateEntity(row, TableEntityUpdateMode.REPLACE);
    }

    private static String rowKey(String instance, String prefix) {
        return table()
                .listEntities(new ListEntitiesOptions().setFilter("PartitionKey eq '" + instance + "'"), null, null)
                .stream()
                .map(TableEntity::getRowKey)
                .filter(key -> key.startsWith(prefix))
                .findFirst()
                .orElseThrow();
    }

    private static void assertOthersGoOn(String id) {
        app.startFresh("Collect", id, "1");
        app.raise(id, "item", "7");
        app.awaitOutput(id, "[7]");
    }

    @Test
    void textsThatAreNoMessagesAreKept() {
        app.startFresh("Collect", "before-messages", "0");
        app.awaitEnd("before-messages");
        List<String> foreign = List.of(
                "hello",
                "",
                "[1, 2]",
                "{\"instanceId\": \"x\"}",
                "{\"instanceId\": \"a/b\", \"executionId\": \"1\", \"reason\": \"wake\"}",
                "{\"instanceId\": \"x\", \"executionId\": \"a/b?#\", \"reason\": \"start\", \"base\": {\"etag\": \"\"}}",
                "{\"instanceId\": \"x\", \"executionId\": \"1\", \"reason\": \"timer\", \"due\": \"tomorrow\"}",
                "[".repeat(20_000),
                "\u00e4\u4e2d".repeat(10_000));
        foreign.stream().filter(text -> !text.isEmpty()).forEach(text -> queue().sendMessage(text));
        assertOthersGoOn("beside-messages");
        long expected = foreign.size() - 1L;
        Hub.await(
                "the messages that were kept",
                () -> payloads().listBlobsByHierarchy("unreadable/").stream().count() == expected);
        List<String> kept = payloads().listBlobsByHierarchy("unreadable/").stream()
                .map(blob -> payloads()
                        .getBlobClient(blob.getName())
                        .downloadContent()
                        .toString())
                .toList();
        assertThat(kept)
                .containsExactlyInAnyOrderElementsOf(
                        foreign.stream().filter(text -> !text.isEmpty()).toList());
    }

    @Test
    void messagesForInstancesThatAreNotThereHaveNoEffect() {
        app.startFresh("Collect", "before-strays", "0");
        app.awaitEnd("before-strays");
        queue().sendMessage("{\"instanceId\": \"stray\", \"executionId\": \"1\", \"reason\": \"wake\"}");
        queue().sendMessage("{\"instanceId\": \"before-strays\", \"executionId\": \"1\", \"reason\": \"start\"}");
        assertOthersGoOn("beside-strays");
        assertThat(app.status("stray").code()).isEqualTo(404);
        assertThat(app.status("before-strays").text("runtimeStatus")).isEqualTo("Completed");
    }

    @Test
    void instanceWhoseInboxCannotBeReadSaysSoAndGoesOnOnceItCan() {
        app.startFresh("Collect", "inbox-edited", "2");
        app.awaitStatus("inbox-edited", "Running");
        String execution = app.status("inbox-edited").text("executionId");
        String row = "inbox|" + execution + "|by-hand";
        table().createEntity(new TableEntity("inbox-edited", row)
                .addProperty("executionId", execution)
                .addProperty("sequence", 0L)
                .addProperty("kind", "dance")
                .addProperty("name", "item")
                .addProperty("value", "1"));
        app.raise("inbox-edited", "item", "2");
        app.await(
                "inbox-edited",
                "what is wrong",
                answer -> answer.text("reason").contains(row)
                        && answer.text("reason").contains("no proper kind"));
        assertOthersGoOn("beside-inbox-edited");
        edit("inbox-edited", row, event -> event.getProperties().put("kind", "event"));
        app.awaitOutput("inbox-edited", "[2,1]");
        assertThat(app.status("inbox-edited").body().path("reason").isNull()).isTrue();
    }

    @Test
    void instanceWhoseRowCannotBeReadIsReportedAndHoldsUpNobody() {
        app.startFresh("Collect", "row-edited", "1");
        app.awaitStatus("row-edited", "Running");
        edit("row-edited", "instance", row -> row.getProperties().put("runtimeStatus", "Dancing"));

        Caller.Answer status = app.status("row-edited");
        assertThat(status.code()).isEqualTo(500);
        assertThat(status.text("Message")).contains("'instance'", "'row-edited'", "cannot be read");
        assertThat(app.start("Collect", "row-edited", "1").code()).isEqualTo(500);
        assertThat(app.send("POST", "/api/instances/row-edited/terminate", (String) null)
                        .code())
                .isEqualTo(202);
        assertOthersGoOn("beside-row-edited");
        Caller.Answer list = app.send("GET", "/api/instances?instanceIdPrefix=beside-row", (String) null);
        assertThat(list.code()).isEqualTo(200);
        assertThat(app.send("GET", "/api/instances?top=1000", (String) null).code())
                .isEqualTo(200);

        edit("row-edited", "instance", row -> row.getProperties().put("runtimeStatus", "Running"));
        app.awaitStatus("row-edited", "Terminated");
    }

    @Test
    void instanceWhoseJournalIsCutShortFailsAndSaysWhy() {
        app.startFresh("Collect", "journal-cut", "2");
        app.raise("journal-cut", "item", "1");
        app.awaitCustomStatus("journal-cut", "1");
        table().deleteEntity("journal-cut", rowKey("journal-cut", "journal|"));
        app.raise("journal-cut", "item", "2");
        Caller.Answer ended = app.awaitEnd("journal-cut");
        assertThat(ended.text("runtimeStatus")).isEqualTo("Failed");
        assertThat(ended.text("output")).contains("UnreadableJournal", "missing");
        assertOthersGoOn("beside-journal-cut");
    }

    @ParameterizedTest
    @ValueSource(ints = {1_001, 100_000})
    void jsonThatIsNestedTooDeepIsRefused(int depth) {
        String deep = "[".repeat(depth) + "]".repeat(depth);
        Caller.Answer start = app.start("Collect", "deep-" + depth, deep);
        assertThat(start.code()).as(start.response().body()).isEqualTo(400);
        assertThat(start.text("Message")).contains("larger than the app takes", "1000 levels");
        assertThat(app.status("deep-" + depth).code()).isEqualTo(404);

        app.startFresh("Collect", "shallow-" + depth, "1");
        Caller.Answer event = app.send("POST", "/api/instances/shallow-" + depth + "/raiseEvent/item", deep);
        assertThat(event.code()).as(event.response().body()).isEqualTo(400);
        app.raise("shallow-" + depth, "item", "1");
        app.awaitOutput("shallow-" + depth, "[1]");
    }

    @Test
    void jsonThatIsNestedAsDeepAsItMayBeIsAnInputAndAnEventAndAnOutput() {
        String deep = "[".repeat(900) + "]".repeat(900);
        app.startFresh("Collect", "deep-enough", "1");
        app.raise("deep-enough", "item", deep);
        app.awaitOutput("deep-enough", "[" + deep + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "it's",
                "a b",
                "100%",
                "%2F",
                "+",
                "&x=1",
                "\u00e4\u00f6\u4e2d\u6587",
                "\ud83d\ude80",
                "'; drop table",
                "$filter",
                "a|b",
                "instance",
                "gate|1",
                "..x",
                "@not-first",
                "{instanceId}",
                "[1]",
                "\"quoted\"",
                "<b>",
                "a\u00a0b"
            })
    void oddIdsAreIdsLikeAnyOther(String id) {
        String own = id.startsWith("@") ? "x" + id : id;
        String path = URLEncoder.encode(own, StandardCharsets.UTF_8).replace("+", "%20");
        app.startFresh("Collect", path, "1");
        assertThat(app.start("Collect", path, "1").code()).isEqualTo(409);
        app.raise(path, "item", "7");
        app.awaitOutput(path, "[7]");
        assertThat(app.status(path).text("instanceId")).isEqualTo(own);
        assertThat(app.send("DELETE", "/api/instances/" + path, (String) null).code())
                .isEqualTo(200);
        assertThat(app.status(path).code()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"@first", "a\\b", "a#b", "a?b", "a\tb", "a\u0000b", "a\u0085b", "a\u200bb", "a\u202eb"})
    void idsThatTheStorageCannotKeepAreRefused(String id) {
        String path = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        Caller.Answer start = app.start("Collect", path, "1");
        assertThat(start.code()).as(start.response().body()).isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's", "100%", "\u00e4\u4e2d", "\ud83d\ude80", "a|b", "inbox|x", "a b"})
    void oddNamesOfEventsAreNamesLikeAnyOther(String name) {
        String path = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        String id = "events-" + Integer.toHexString(name.hashCode());
        app.startFresh("Collect", id, "1");
        app.raise(id, path, "1");
        app.raise(id, "item", "7");
        app.awaitOutput(id, "[7]");
    }
}
