package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.soliton.testkit.TestHub;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PriceImportTest {
    private final TestHub hub = new TestHub(new PriceImport());

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void storesEachPrice() {
        hub.activity("FetchPrices", context -> List.of(100, 200)); // a fake, in place of the real one
        hub.start("ImportPrices", "acme");
        hub.settle(); // runs what can run now

        assertEquals("2 prices", hub.output("acme", String.class));
        assertEquals(List.of(100, 200), hub.inputs("StorePrice", Integer.class));
        hub.replayAll(); // fails if the orchestrator is not deterministic
    }

    @Test
    void failsIfThePricesCannotBeFetched() {
        hub.failNext("FetchPrices", 1, new IOException("The supplier does not answer."));
        hub.start("ImportPrices", "acme");
        hub.settle();

        assertTrue(hub.failure("acme").contains("The supplier does not answer."));
        assertEquals(List.of("FetchPrices"), hub.called());
    }
}
