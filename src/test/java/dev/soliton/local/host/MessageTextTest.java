package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.queue.models.QueueMessageItem;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;

final class MessageTextTest {

    private static final OffsetDateTime TIME = OffsetDateTime.parse("2024-10-24T12:00:00Z");

    @Test
    void base64IsReadAsStrictlyAsByTheRealHost() {
        assertThat(MessageText.decodeBase64("YWJj\r\nZA=="))
                .hasValueSatisfying(bytes -> assertThat(bytes).asString().isEqualTo("abcd"));
        assertThat(MessageText.decodeBase64("abcd")).isPresent(); // text that happens to be Base64 becomes junk
        assertThat(MessageText.decodeBase64("YWJjZA")).isEmpty();
        assertThat(MessageText.decodeBase64("plain text")).isEmpty();
    }

    @Test
    void propertiesOfAJsonBodyHideThoseOfTheMessage() {
        QueueMessageItem message = new QueueMessageItem()
                .setMessageId("id")
                .setPopReceipt("pop")
                .setDequeueCount(2)
                .setInsertionTime(TIME)
                .setExpirationTime(TIME)
                .setTimeNextVisible(TIME);

        assertThat(MessageText.metadata(message, "{\"Id\":\"own\",\"n\":1,\"zip\":010,\"o\":{\"a\":1},\"list\":[1]}"))
                .containsEntry("Id", "own")
                .containsEntry("n", "1")
                .containsEntry("zip", "8")
                .containsEntry("o", "{\"a\":1}")
                .doesNotContainKey("list")
                .containsEntry("DequeueCount", "2")
                .containsEntry("InsertionTime", "\"2024-10-24T12:00:00+00:00\"");
    }
}
