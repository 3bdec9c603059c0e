package dev.soliton.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.ExecutionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Names and messages that would forge lines of the log. */
final class InstanceLogTest {
    private final List<String> lines = new ArrayList<>();
    private final InstanceLog log = new InstanceLog(logger());

    private Logger logger() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        logger.addHandler(new Handler() {
            @Override
            public void publish(LogRecord entry) {
                lines.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        return logger;
    }

    @Test
    void nameWithQuotesAndLineBreaksStaysInItsField() {
        log.info("done", new ExecutionKey("i", "e", 0), "name", "evil\" has vanished\n[2026] forged x=\"y\\");
        assertThat(lines)
                .containsExactly(
                        "done instanceId=\"i\" executionId=\"e\" name=\"evil\\\" has vanished [2026] forged x=\\\"y\\\\\"");
        assertThat(InstanceLog.quoted("evil\" has vanished\r\n[2026] forged"))
                .isEqualTo("\"evil\\\" has vanished  [2026] forged\"");
    }

    @Test
    void charactersThatCannotBeSeenAreShown() {
        log.info("raiseEvent", new ExecutionKey("i\u200b", "e", 0), "event", "\u202eevorppa\ud83d\ude80");
        assertThat(lines)
                .containsExactly(
                        "raiseEvent instanceId=\"i\\u{200b}\" executionId=\"e\" event=\"\\u{202e}evorppa\ud83d\ude80\"");
    }

    @Test
    void messageOfAnAuthorThatQuotesItsInputIsCut() {
        log.warning("failed", new ExecutionKey("i", "e", 0), "failure", "x".repeat(8_000));
        assertThat(lines.get(0)).hasSizeLessThan(600).endsWith("x…\"");
    }
}
