package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each operation on an instance in each state: the codes, and that what is refused changes nothing. */
@Tag("full")
final class OperationTableIT {
    private static final String EVERYTHING = "createdTimeFrom=2000-01-01T00:00:00Z";

    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    private static int number;

    @BeforeAll
    static void start() {
        hub = new Hub();
        app = hub.host();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    /** Brings an instance to where the table wants it, and returns its ID. */
    private static String instance(String state) {
        String id = "row-" + number++;
        switch (state) {
            case "Nonexistent" -> {}
            case "Pending" -> app.startFresh("HelloCities", id + "?delay=PT1H", "[]");
            case "Running", "Suspended", "Terminated" -> {
                app.startFresh("Counter", id, "0");
                app.awaitStatus(id, "Running");
                if (!state.equals("Running")) {
                    app.operate(id, state.equals("Suspended") ? "suspend" : "terminate");
                    app.awaitStatus(id, state);
                }
            }
            case "Completed" -> app.startFresh("HelloCities", id, "[]");
            case "Failed" -> app.startFresh("ImportCatalog", id, "{\"supplier\":\"acme\"}");
            default -> throw new IllegalArgumentException(state);
        }
        if (!state.equals("Nonexistent")) {
            app.awaitStatus(id, state);
        }
        return id;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            textBlock =
                    """
                    operation                               | Nonexistent | Pending | Running | Suspended | Completed | Failed | Terminated
                    raiseEvent/other                        | 404         | 202     | 202     | 202       | 410       | 410    | 410
                    terminate?reason=why                    | 404         | 202     | 202     | 202       | 410       | 410    | 410
                    terminate?recursive=true                | 404         | 202     | 202     | 202       | 410       | 410    | 410
                    suspend?reason=why                      | 404         | 202     | 202     | 202       | 410       | 410    | 410
                    resume                                  | 404         | 202     | 202     | 202       | 410       | 410    | 410
                    rewind?reason=why                       | 404         | 412     | 412     | 412       | 410       | 202    | 410
                    restart                                 | 404         | 202     | 202     | 202       | 202       | 202    | 202
                    restart?restartWithNewInstanceId=false  | 404         | 409     | 409     | 409       | 202       | 202    | 202
                    """)
    void operationIsAnsweredAsTheTableSays(
            String operation,
            int nonexistent,
            int pending,
            int running,
            int suspended,
            int completed,
            int failed,
            int terminated) {
        check(operation, "Nonexistent", nonexistent);
        check(operation, "Pending", pending);
        check(operation, "Running", running);
        check(operation, "Suspended", suspended);
        check(operation, "Completed", completed);
        check(operation, "Failed", failed);
        check(operation, "Terminated", terminated);
    }

    private static void check(String operation, String state, int code) {
        String id = instance(state);
        Caller.Answer answer = app.send("POST", "/api/instances/" + id + "/" + operation, (String) null);
        String what = operation + " of one that is " + state;
        assertThat(answer.code()).as(what).isEqualTo(code);
        boolean isRestart = operation.startsWith("restart");
        if (code == 202 && !isRestart) {
            assertThat(answer.response().body()).as(what).isEmpty();
        } else if (code == 202) {
            boolean isNew = !operation.contains("=false");
            assertThat(answer.text("id").equals(id)).as(what).isEqualTo(!isNew);
        } else {
            assertThat(answer.text("Message")).as(what).isNotEmpty();
        }
        if (code >= 400) {
            Caller.Answer status = app.status(id);
            if (state.equals("Nonexistent")) {
                assertThat(status.code()).as(what).isEqualTo(404);
            } else {
                assertThat(status.text("runtimeStatus")).as(what).isEqualTo(state);
            }
        } else if (operation.startsWith("terminate")) {
            app.awaitStatus(id, "Terminated");
        } else if (operation.startsWith("suspend")) {
            app.awaitStatus(id, "Suspended");
        } else if (operation.startsWith("resume")) {
            app.awaitStatus(id, state.equals("Pending") ? "Pending" : "Running");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Nonexistent, 404, ''",
        "Pending, 202, 5",
        "Running, 202, 5",
        "Suspended, 202, 5",
        "Completed, 200, ''",
        "Failed, 200, ''",
        "Terminated, 200, ''"
    })
    void statusIsAnsweredAsTheTableSays(String state, int code, String retryAfter) {
        String id = instance(state);
        Caller.Answer answer = app.status(id);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.response().headers().firstValue("Retry-After").orElse(""))
                .isEqualTo(retryAfter);
        assertThat(answer.response().headers().firstValue("Location").isPresent())
                .isEqualTo(code == 202);
        Caller.Answer asError = app.send(
                "GET", "/api/instances/" + id + "?returnInternalServerErrorOnFailure=true&showHistory=true", (String)
                        null);
        assertThat(asError.code()).isEqualTo(state.equals("Failed") ? 500 : code);
        if (code != 404) {
            assertThat(asError.text("runtimeStatus")).isEqualTo(state);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Nonexistent, 404, 404",
        "Pending, 412, 404",
        "Running, 412, 404",
        "Suspended, 412, 404",
        "Completed, 200, 200",
        "Failed, 200, 200",
        "Terminated, 200, 200"
    })
    void purgeIsAnsweredAsTheTableSays(String state, int one, int many) {
        String first = instance(state);
        assertThat(app.send("DELETE", "/api/instances/" + first, (String) null).code())
                .isEqualTo(one);
        assertThat(app.status(first).code()).isEqualTo(one == 412 ? 202 : 404);
        String second = instance(state);
        String query = "?" + EVERYTHING + "&instanceIdPrefix=" + second;
        assertThat(app.send("DELETE", "/api/instances" + query, (String) null).code())
                .isEqualTo(many);
        assertThat(app.status(second).code()).isEqualTo(one == 412 ? 202 : 404);
    }
}
