package com.example;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Registry;

/** A second app in the same jar: an actor, which changes by events alone. */
public final class Warehouse implements SolitonApp {

    @Override
    public void register(Registry registry, AppEnvironment environment) {
        registry.orchestrator("Stock", () -> Warehouse::run);
    }

    private static Object run(OrchestrationContext context) {
        int pieces = context.getInput(Integer.class);
        context.setCustomStatus(pieces);
        int change = context.waitForExternalEvent("change", Integer.class).await();
        context.continueAsNew(pieces + change);
        return null;
    }
}
