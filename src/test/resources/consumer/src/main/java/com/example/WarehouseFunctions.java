package com.example;

import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.DataConverter;

/** Sees to it that there is one stock, whoever looks first. */
public final class WarehouseFunctions {
    private final OrchestrationClient client;
    private final DataConverter json;

    public WarehouseFunctions(OrchestrationClient client, DataConverter json) {
        this.client = client;
        this.json = json;
    }

    @FunctionName("OpenStock")
    public void open(@TimerTrigger(name = "timer", schedule = "* * * * * *") String timer) {
        client.start(new StartRequest("Stock", "stock", json.toJson(10)));
    }
}
