package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.soliton.store.RuntimeStatus;
import dev.soliton.testkit.TestHub;
import org.junit.jupiter.api.Test;

class WarehouseTest {

    @Test
    void aSecondLookChangesNothing() {
        try (TestHub hub = new TestHub(new Warehouse())) {
            WarehouseFunctions functions = new WarehouseFunctions(hub.client(), hub.dataConverter());
            functions.open("");
            hub.settle();
            hub.raise("stock", "change", -3);
            hub.settle();
            functions.open("");
            hub.settle();

            assertEquals(7, hub.customStatus("stock", Integer.class));
            assertEquals(RuntimeStatus.RUNNING, hub.status("stock").status());
            assertEquals("ExecutionStarted", hub.history("stock").get(0).type());
        }
    }
}
