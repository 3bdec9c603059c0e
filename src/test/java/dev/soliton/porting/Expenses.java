package dev.soliton.porting;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.orchestration.Registry;

public final class Expenses implements SolitonApp {
    @Override
    public void register(Registry registry, AppEnvironment environment) {
        registry.orchestrator("ApproveExpense", ApproveExpense::new)
                .activity("AskManager", () -> context -> "asked about " + context.getInput(String.class))
                .activity("Pay", () -> context -> "paid " + context.getInput(Integer.class));
    }
}
