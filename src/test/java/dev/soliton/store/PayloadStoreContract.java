package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every payload store does. */
public abstract class PayloadStoreContract {
    private static final String NAME = "0123456789abcdef/e1/n1.json";

    @SuppressWarnings("NullAway.Init")
    private PayloadStore store;

    /** An empty store. */
    protected abstract PayloadStore emptyStore();

    @BeforeEach
    void setUp() {
        store = emptyStore();
    }

    static Stream<String> texts() {
        return Stream.of(
                "{}",
                "\"ä 日本語 😀 \\u0000 <&> \r\n\t\"",
                "\"" + "x".repeat(16_384) + "\"",
                "\"" + "x".repeat(10 * 1024 * 1024) + "\"",
                "\"x" + "😀".repeat(2_000_000) + "\"");
    }

    @ParameterizedTest
    @MethodSource("texts")
    void readsTheTextThatWasStored(String text) {
        store.put(NAME, text);
        // Not compared as a whole: a failure would print it.
        assertThat(store.get(NAME).equals(text)).isTrue();
    }

    @Test
    void storesATextAgain() {
        store.put(NAME, "{\"a\":1}");
        store.put(NAME, "{\"a\":1}");
        assertThat(store.get(NAME)).isEqualTo("{\"a\":1}");
    }

    @Test
    void keepsTextsApart() {
        store.put("folder/1.json", "1");
        store.put("folder/2.json", "2");
        store.put("folder", "3");
        store.delete("folder");
        assertThat(store.get("folder/1.json")).isEqualTo("1");
        assertThat(store.get("folder/2.json")).isEqualTo("2");
    }

    @Test
    void namesTheTextThatIsNotThere() {
        assertMissing();
        store.put("other", "{}");
        assertMissing();
    }

    @Test
    void removesATextIfItIsThere() {
        store.delete(NAME);
        store.put(NAME, "{}");
        store.delete(NAME);
        assertMissing();
        store.delete(NAME);
    }

    @Test
    void removesAllTextsOfAFolderAndNoOthers() {
        store.deleteAll("folder/e1");
        for (String name : List.of("folder/e1/1.json", "folder/e1/2.json", "folder/e10/1.json", "folder/e1")) {
            store.put(name, "1");
        }
        store.deleteAll("folder/e1");
        assertThat(store.get("folder/e10/1.json")).isEqualTo("1");
        assertThat(store.get("folder/e1")).isEqualTo("1");
        for (String name : List.of("folder/e1/1.json", "folder/e1/2.json")) {
            assertThatExceptionOfType(PayloadMissingException.class).isThrownBy(() -> store.get(name));
        }
    }

    private void assertMissing() {
        assertThatExceptionOfType(PayloadMissingException.class)
                .isThrownBy(() -> store.get(NAME))
                .withMessageContaining(NAME);
    }
}
