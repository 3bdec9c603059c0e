package dev.soliton.porting;

import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.TaskCanceledException;
import java.time.Duration;

final class ApproveExpense implements Orchestrator {
    @Override
    public String run(OrchestrationContext context) {
        Integer cents = context.getInput(Integer.class);
        context.callActivity("AskManager", context.getInstanceId()).await();
        try {
            Boolean approved = context.waitForExternalEvent("Approval", Duration.ofDays(3), Boolean.class)
                    .await();
            if (!Boolean.TRUE.equals(approved)) {
                return "refused";
            }
        } catch (TaskCanceledException late) {
            return "expired";
        }
        return context.callActivity("Pay", cents, String.class).await();
    }
}
