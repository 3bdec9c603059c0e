package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What HTTP callers of a host see, where a helpful host would do otherwise above all. */
@Tag("full")
final class HttpHostTest {

    @TempDir
    private static Path folder;

    private static RunningHost host;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        StagedSample sample = StagedSample.in(folder)
                .http("Echo", "echo", "", "GET", "POST")
                .http("Anything", "echo", "files/{*rest}")
                .http("AFirst", "first", "items/{id}", "GET")
                .http("BSecond", "second", "items/all", "GET")
                .http("Named", "named", "named/{id:alpha}/{size:int:min(3)}", "GET", "POST")
                .http("Optional", "optional", "optional/{part?}", "GET")
                .http("Calls", "calls", "", "GET")
                .http("Nothing", "nothing", "", "GET")
                .function(
                        "Empty",
                        "HttpFunctions.empty",
                        """
                        {"type": "httpTrigger", "direction": "in", "name": "req", "methods": ["GET"]}""")
                .http("Fails", "fails", "", "GET")
                .http("FailsOddly", "failsOddly", "fails/{how}", "GET")
                .http("Typed", "typed", "", "GET")
                .http("ObjectBody", "objectBody", "", "GET")
                .http("ObjectParameter", "objectParameter", "", "POST")
                .http("NeedsJackson", "needsJackson", "", "GET")
                .http("Logs", "logs", "", "GET")
                .http("Numbered", "numbered", "numbered/{_1}", "GET")
                .http("Twice", "twice", "", "GET")
                .http("Off", "echo", "", "GET")
                .probe("Value", "value", "value/{what}", "GET")
                .http("NoConstraint", "echo", "no/{x:datetime}", "GET")
                .function(
                        "Blob",
                        "HttpFunctions.echo",
                        """
                        {"type": "blobTrigger", "direction": "in", "name": "req", "path": "a/b"}""")
                .function(
                        "Output",
                        "HttpFunctions.echo",
                        """
                        {"type": "httpTrigger", "direction": "in", "name": "req"},
                        {"type": "queue", "direction": "out", "name": "out", "queueName": "q"}""")
                .function(
                        "Binary",
                        "HttpFunctions.echo",
                        """
                        {"type": "httpTrigger", "direction": "in", "name": "req", "dataType": "binary"}""");
        host = RunningHost.start(HostProcess.Options.of(sample.root())
                .environment(Map.of("AzureWebJobs.Off.Disabled", "true", "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "1000")));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void point01WrongMethodIsNotFound() throws Exception {
        assertThat(host.send("DELETE", "/api/echo", BodyPublishers.noBody()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void point02ThrowingIsAnEmpty500() throws Exception {
        HttpResponse<String> response = host.get("/api/fails");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEmpty();
        host.awaitLine("Executed 'Functions.Fails' (Failed, Id=", "ms)");
        host.awaitLine("Exception while executing function: Functions.Fails. Result: Failure");
        host.awaitLine("Exception: IllegalArgumentException: deliberate");
    }

    @ParameterizedTest
    @CsvSource({"circle, 500", "speechless, 500", "deep, 500", "checked, 500", "error, 500", "not, 200"})
    void throwingAnythingIsAnEmpty500(String how, int status) throws Exception {
        HttpResponse<String> response = host.get("/api/fails/" + how);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo(status == 500 ? "" : how);
        host.awaitLine("Executed 'Functions.FailsOddly' (" + (status == 500 ? "Failed" : "Succeeded"));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:65535, 200",
        "localhost:0065535, 200",
        "localhost:65536, 500",
        "[::1], 200",
        "localhost:123456, 500"
    })
    void aPortThatIsNoneLeavesTheFunctionWithoutAUri(String name, int status) throws Exception {
        String received = RawHttp.exchange(
                host.process().baseUri().getPort(),
                "GET /api/items/1 HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n");

        assertThat(received).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void point03NullAndVoidAreNoContent() throws Exception {
        assertThat(host.get("/api/nothing").statusCode()).isEqualTo(204);
        assertThat(host.get("/api/empty").statusCode()).isEqualTo(204);
    }

    @Test
    void point04AnObjectAsBodyIsIndentedJson() throws Exception {
        HttpResponse<String> response = host.get("/api/objectbody");

        assertThat(response.body()).isEqualTo("{\n  \"a\": 1\n}");
        assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
    }

    @Test
    void point05HeaderNamesAreInLowerCase() throws Exception {
        HttpResponse<String> response =
                host.send("GET", "/api/echo", BodyPublishers.noBody(), "X-Mixed", "a", "X-Mixed", "b");

        assertThat(response.body()).contains("x-mixed=a,b").doesNotContain("X-Mixed");
    }

    @Test
    void point06AnOmittedOptionalRouteParameterIs500() throws Exception {
        assertThat(host.get("/api/optional/x").body()).isEqualTo("part Optional[x]");
        assertThat(host.get("/api/optional").statusCode()).isEqualTo(500);
        host.awaitLine("Cannot find matched @BindingName of customer function");
    }

    @Test
    void point07AnObjectAsParameterIsReadByGsonOrFails() throws Exception {
        assertThat(host.send("POST", "/api/objectparameter", BodyPublishers.ofString("{\"a\": \"b\"}"))
                        .body())
                .isEqualTo("Optional[{a=b}]");
        assertThat(host.send("POST", "/api/objectparameter", BodyPublishers.ofString("{"))
                        .statusCode())
                .isEqualTo(500);
    }

    @Test
    void point08AChunkedBodyArrivesEmpty() throws Exception {
        HttpResponse<String> chunked = host.send(
                "POST",
                "/api/echo",
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream("lost".getBytes(StandardCharsets.UTF_8))));

        assertThat(chunked.body()).contains("transfer-encoding=chunked").contains("body Optional.empty");
        assertThat(host.send("POST", "/api/echo", BodyPublishers.ofString("kept"))
                        .body())
                .contains("body Optional[kept]");
    }

    @Test
    void point12ANewInstanceForEachCallAndSharedStatics() throws Exception {
        assertThat(host.get("/api/calls").body()).isEqualTo("1 1");
        assertThat(host.get("/api/calls").body()).isEqualTo("1 2");
    }

    @Test
    void point16TheFirstRouteByFunctionNameWins() throws Exception {
        assertThat(host.get("/api/items/all").body()).isEqualTo("first");
    }

    @Test
    void point17QueryValuesAreJoinedAndEmptyOnesDropped() throws Exception {
        assertThat(host.get("/api/echo?a=1&b=&a=2&c=x%20y+z").body())
                .contains("?a=1&b=&a=2&c=x%20y+z")
                .contains("query {a=1,2, c=x y z}");
    }

    @Test
    void textHasACharsetAndComesInChunks() throws Exception {
        HttpResponse<String> plain = host.get("/api/echo");
        HttpResponse<String> typed = host.get("/api/typed");

        assertThat(plain.headers().map()).containsEntry("content-type", java.util.List.of("text/plain; charset=utf-8"));
        assertThat(plain.headers().firstValue("transfer-encoding")).hasValue("chunked");
        assertThat(plain.headers().firstValue("content-length")).isEmpty();
        assertThat(typed.statusCode()).isEqualTo(201);
        assertThat(typed.headers().allValues("content-type")).containsExactly("application/json; charset=utf-8");
        assertThat(typed.headers().allValues("x-once")).containsExactly("2");
    }

    @Test
    void routesMatchInAnyCaseWithConstraintsAndATrailingSlash() throws Exception {
        assertThat(host.get("/API/NAMED/ab/3/").body()).isEqualTo("ab 3");
        assertThat(host.get("/api/named/ab/2").statusCode()).isEqualTo(404);
        assertThat(host.get("/api/named/a1/3").statusCode()).isEqualTo(404);
        assertThat(host.get("/api/nowhere").statusCode()).isEqualTo(404);
        assertThat(host.get("/api/files/a/b%2Fc").body()).contains("/api/files/a/b%2Fc");
    }

    @Test
    void metadataComesFromTheRouteBeforeTheQueryAndTheBody() throws Exception {
        assertThat(host.send("POST", "/api/named/ab/3?id=q&size=4", BodyPublishers.ofString("{\"id\":\"b\"}"))
                        .body())
                .isEqualTo("ab 3");
    }

    @Test
    void aBodyOverTheLimitIsAnEmpty500BeforeItIsRead() throws Exception {
        String received = RawHttp.exchange(
                host.process().baseUri().getPort(),
                "POST /api/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n");

        assertThat(received).startsWith("HTTP/1.1 500 ").endsWith("\r\n\r\n");
    }

    @Test
    void aFunctionMayReturnAnythingInThePlaceOfAResponse() throws Exception {
        assertThat(host.get("/api/value/map").body())
                .isEqualTo("{\n  \"b\": 1,\n  \"a\": [\n    \"x\",\n    1.5,\n    true\n  ]\n}");
        assertThat(host.get("/api/value/list").body()).isEqualTo("[\n  \"x\",\n  1\n]");
        assertThat(host.get("/api/value/record").body()).isEqualTo("{\n  \"x\": 1\n}");
        assertThat(host.get("/api/value/boolean").body()).isEqualTo("True");
        assertThat(host.get("/api/value/double").body()).isEqualTo("1E+20");
        assertThat(host.get("/api/value/none").statusCode()).isEqualTo(204);

        HttpResponse<String> response = host.get("/api/value/response");
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("X-A")).hasValue("True");
        assertThat(response.body()).isEqualTo("{\"a\":1.0}");
    }

    @Test
    void onlyStagedJarsAreSeen() throws Exception {
        assertThat(host.get("/api/needsjackson").statusCode()).isEqualTo(500);
        host.awaitLine("Exception: ClassNotFoundException: com.fasterxml.jackson.databind.ObjectMapper");
    }

    @Test
    void aFunctionThatCannotBeLoadedFailsWhenCalled() throws Exception {
        assertThat(host.get("/api/twice").statusCode()).isEqualTo(500);
        host.awaitLine("Found more than one function with method name", "HttpFunctions.twice");
    }

    @Test
    void disabledFunctionsAreNotFound() throws Exception {
        assertThat(host.get("/api/off").statusCode()).isEqualTo(404);
        host.awaitLine("Function Off is disabled.");
    }

    @Test
    void whatIsNotSupportedPutsThatFunctionInErrorByName() throws Exception {
        host.awaitLine("The 'Blob' function is in error", "'req' of type 'blobTrigger'");
        host.awaitLine("The 'Output' function is in error", "'out' of type 'queue'");
        host.awaitLine("The 'Binary' function is in error", "dataType 'binary'");
        host.awaitLine("The 'NoConstraint' function is in error", "'datetime'");
        assertThat(host.get("/api/blob").statusCode()).isEqualTo(404);
    }

    @Test
    void logsAreSentAsTheyStandAndFilteredByLevel() throws Exception {
        String id = host.get("/api/logs").body();

        host.awaitLine(
                "Executing 'Functions.Logs' (Reason='This function was programmatically called via the host APIs.', Id="
                        + id);
        host.awaitLine("raw {0} by Logs");
        assertThat(host.lines()).noneMatch(line -> line.contains("too fine"));
    }

    @Test
    void homePageStatusAndFunctionListAreThere() throws Exception {
        assertThat(host.get("/").statusCode()).isEqualTo(200);
        assertThat(host.get("/admin/host/status").body()).contains("\"state\":\"Running\"");
        host.awaitLine("Echo: [GET,POST] http://localhost:", "/api/Echo");
        host.awaitLine("Named: [GET,POST] http://localhost:", "/api/named/{id}/{size}");
    }

    @Test
    void theListHasTheNamesOfTheMethodsParameters() throws Exception {
        host.awaitLine("Numbered: [GET] http://localhost:", "/api/numbered/{page}");
        assertThat(host.get("/api/numbered/7").body()).isEqualTo("7");
    }

    @Test
    void refusalNamesItsRemedyInTheAnswerAndTheLog() throws Exception {
        String remedy = "start the host with -Dsoliton.foreign-callers=true";
        String answer = RawHttp.exchange(
                host.process().baseUri().getPort(), "GET /api/echo HTTP/1.1\r\nHost: evil.example\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 421 ").contains("The Host 'evil.example' is not ", remedy);
        host.awaitLine("Refused a request with 421. The Host 'evil.example' is not ", remedy);
    }
}
