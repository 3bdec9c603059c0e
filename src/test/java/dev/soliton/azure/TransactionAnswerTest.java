package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TransactionAnswerTest {

    @Test
    void readsStatusesAndEtagsInOrder() {
        assertThat(
                        read(
                                """
                        --batchresponse_b
                        Content-Type: multipart/mixed; boundary=changesetresponse_c

                        --changesetresponse_c
                        Content-Type: application/http
                        Content-Transfer-Encoding: binary

                        HTTP/1.1 204 No Content
                        X-Content-Type-Options: nosniff
                        DataServiceId: https://a.table.core.windows.net/t(PartitionKey='etag: x',RowKey='r')
                        ETag: W/"datetime'2026-11-22T20%3A00%3A00.1234567Z'"


                        --changesetresponse_c
                        Content-Type: application/http

                        HTTP/1.1 204 No Content
                        Content-Length: 0

                        --changesetresponse_c

                        HTTP/1.1 204 No Content
                        etag:W/"2"

                        --changesetresponse_c--
                        --batchresponse_b--
                        """))
                .containsExactly(
                        new TransactionAnswer.Part(204, "W/\"datetime'2026-11-22T20%3A00%3A00.1234567Z'\""),
                        new TransactionAnswer.Part(204, ""),
                        new TransactionAnswer.Part(204, "W/\"2\""));
    }

    @Test
    void readsAFailureAndNotItsBody() {
        assertThat(
                        read(
                                """
                        --batchresponse_b
                        Content-Type: multipart/mixed; boundary=changesetresponse_c

                        --changesetresponse_c
                        Content-Type: application/http

                        HTTP/1.1 412 Precondition Failed
                        Content-Type: application/json

                        {"odata.error":{"code":"UpdateConditionNotSatisfied","message":{"value":"1:no
                        ETag: W/"1"
                        "}}}
                        --changesetresponse_c--
                        """))
                .containsExactly(new TransactionAnswer.Part(412, ""));
    }

    @Test
    void readsNothingFromSomethingElse() {
        assertThat(read("<html>502</html>")).isEmpty();
        assertThat(read("")).isEmpty();
        assertThat(read("HTTP/1.1 2")).isEmpty();
        assertThat(read("HTTP/1.1 n/a\nETag: x")).isEmpty();
    }

    private static List<TransactionAnswer.Part> read(String body) {
        TransactionAnswer answer = new TransactionAnswer();
        answer.read(body.replace("\n", "\r\n"));
        return answer.parts();
    }
}
