package com.example;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.orchestration.ActivityContext;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Registry;

/** Imports the prices of a supplier. The instance ID is the supplier's name, so no supplier is imported twice at a time. */
public final class PriceImport implements SolitonApp {

    @Override
    public void register(Registry registry, AppEnvironment environment) {
        registry.orchestrator("ImportPrices", () -> PriceImport::run)
                .activity("FetchPrices", () -> PriceImport::fetch)
                .activity("StorePrice", () -> PriceImport::store);
    }

    private static String run(OrchestrationContext context) {
        Integer[] cents = context.callActivity("FetchPrices", context.getInstanceId(), Integer[].class)
                .await();
        for (int i = 0; i < cents.length; i++) {
            context.setCustomStatus(i + " of " + cents.length);
            context.callActivity("StorePrice", cents[i]).await();
        }
        return cents.length + " prices";
    }

    private static Integer[] fetch(ActivityContext context) {
        context.getLogger().info("fetching the prices of " + context.getInput(String.class));
        return new Integer[] {995, 1250, 349};
    }

    private static Object store(ActivityContext context) {
        context.getLogger().info("storing " + context.getInput(Integer.class));
        return null;
    }
}
