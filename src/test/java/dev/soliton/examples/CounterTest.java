package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.testkit.TestHub;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CounterTest {
    private final TestHub hub = new TestHub(new Registry().orchestrator("Counter", Counter::new));

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void addsNoNumberWhoseDigitsFillTheMemoryAndKeepsTheDigitsOfOthers() {
        start(1);
        for (String number : new String[] {"1e-100000000", "1e100000000", "12345678901234567890.5"}) {
            hub.raise("c", "add", new BigDecimal(number));
        }
        hub.raise("c", "end");
        hub.settle();

        assertThat(hub.output("c", BigDecimal.class)).isEqualTo(new BigDecimal("12345678901234567891.5"));
    }

    @Test
    void startsWithZeroWhereThereIsNoInput() {
        start(null);

        assertThat(hub.status("c").customStatus()).isEqualTo("0");
        assertThat(hub.status("c").status()).isEqualTo(RuntimeStatus.RUNNING);
    }

    @Test
    void addsResetsAndEnds() {
        start(7);
        send("add", 5);
        assertThat(hub.status("c").customStatus()).isEqualTo("12");

        send("reset", null);
        assertThat(hub.status("c").customStatus()).isEqualTo("0");

        send("Add", -3);
        send("END", null);
        assertThat(hub.output("c", JsonNode.class).toString()).isEqualTo("-3");
        assertThat(hub.status("c").customStatus()).isEqualTo("-3");
    }

    @ParameterizedTest
    @CsvSource({"0.1,0.2,0.3", "1.5,1.5,3", "1e2,-1E1,90", "9223372036854775807,1,9223372036854775808", "0,-0.0,0"})
    void countsAsOneWouldOnPaper(BigDecimal start, BigDecimal added, String sum) {
        start(start);
        send("add", added);
        send("end", null);

        assertThat(hub.output("c", JsonNode.class).toString()).isEqualTo(sum);
    }

    @Test
    void keepsANumberThatIsLongerThanADouble() {
        start(new BigDecimal("0.1"));
        send("add", new BigInteger("12345678901234567890"));
        sendAll(Counter.EVENTS_PER_GENERATION, 0);
        send("end", null);

        assertThat(hub.status("c").output()).isEqualTo("12345678901234567890.1");
    }

    @Test
    void whatIsNoNumberIsNotAdded() {
        start(4);
        for (Object payload : Arrays.asList("5", "five", null, true, List.of(1), Map.of("value", 1))) {
            send("add", payload);
            assertThat(hub.status("c").customStatus()).isEqualTo("4");
        }
        send("add", 1);

        assertThat(hub.status("c").customStatus()).isEqualTo("5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"seven", "7"})
    void startsWithNothingButANumber(String input) {
        start(input);

        assertThat(hub.failure("c")).contains("starts with a number", "String").doesNotContain(input);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e100000000", "1e-100000000", "-1e-1000000000", "1e-2147483000"})
    void startsWithNoNumberWhoseDigitsFillTheMemory(String number) {
        hub.startWithJson("Counter", "c", number);
        hub.raise("c", "add", 1);
        hub.settle();

        assertThat(hub.failure("c")).contains("starts with a number that a double can hold");
    }

    @Test
    void aThousandEventsAreEachCountedOnce() {
        start(0);
        sendAll(500, 1);
        for (int i = 0; i < 500; i++) {
            send("add", 1);
        }
        assertThat(hub.status("c").customStatus()).isEqualTo("1000");
        send("end", null);

        assertThat(hub.output("c", Integer.class)).isEqualTo(1000);
    }

    /** What came first is handled first, wherever a generation ends. */
    @Test
    void eventsOfAllNamesAreHandledInTheirOrder() {
        start(0);
        Random random = new Random(4711);
        int expected = 0;
        for (int i = 0; i < 1_000; i++) {
            if (random.nextInt(10) == 0) {
                hub.raise("c", "reset");
                expected = 0;
            } else {
                hub.raise("c", "add", i);
                expected += i;
            }
            if (random.nextInt(100) == 0) {
                hub.settle();
                assertThat(hub.status("c").customStatus()).isEqualTo(Integer.toString(expected));
            }
        }
        hub.raise("c", "end");
        hub.settle();

        assertThat(hub.output("c", Integer.class)).isEqualTo(expected);
    }

    @Test
    void whatComesBehindTheEndHasNoEffect() {
        start(1);
        hub.raise("c", "end");
        hub.raise("c", "add", 10);
        hub.raise("c", "reset");
        hub.settle();

        assertThat(hub.output("c", Integer.class)).isEqualTo(1);
    }

    @Test
    void countsWhatCameWhileItStoodStill() {
        start(0);
        hub.suspend("c", "a break");
        hub.settle();
        sendAll(250, 1);
        assertThat(hub.status("c").customStatus()).isEqualTo("0");

        hub.resume("c", null);
        hub.settle();

        assertThat(hub.status("c").customStatus()).isEqualTo("250");
    }

    /** Events of all names that pile up are handled in their order, however many generations they take. */
    @Test
    void handlesWhatCameWhileItStoodStillInItsOrder() {
        start(0);
        hub.suspend("c", "a break");
        hub.settle();
        Random random = new Random(4712);
        int expected = 0;
        for (int i = 1; i <= 1_000; i++) {
            if (random.nextInt(40) == 0) {
                hub.raise("c", "reset");
                expected = 0;
            } else {
                hub.raise("c", "add", i);
                expected += i;
            }
        }
        hub.raise("c", "end");
        hub.raise("c", "add", 1_000_000);
        hub.settle();
        hub.resume("c", null);
        hub.settle();

        assertThat(hub.output("c", Integer.class)).isEqualTo(expected);
    }

    private void start(@Nullable Object input) {
        hub.start("Counter", "c", input);
        hub.settle();
    }

    private void send(String event, @Nullable Object payload) {
        hub.raise("c", event, payload);
        hub.settle();
    }

    private void sendAll(int events, int number) {
        for (int i = 0; i < events; i++) {
            hub.raise("c", "add", number);
        }
        hub.settle();
    }
}
