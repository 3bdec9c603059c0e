package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

final class InMemoryPayloadStoreTest extends PayloadStoreContract {
    @Override
    protected PayloadStore emptyStore() {
        return new InMemoryPayloadStore();
    }

    @Test
    void refusesToChangeAText() {
        InMemoryPayloadStore store = new InMemoryPayloadStore();
        store.put("name", "1");
        assertThatIllegalStateException().isThrownBy(() -> store.put("name", "2"));
    }
}
