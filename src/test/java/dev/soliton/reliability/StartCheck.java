package dev.soliton.reliability;

import static java.util.stream.Collectors.groupingBy;

import dev.soliton.reliability.Evidence.Answer;
import dev.soliton.reliability.Evidence.Outcome;
import dev.soliton.reliability.Evidence.Start;
import dev.soliton.reliability.Violation.Rule;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Of the starts of an ID one wins, is told so, and runs to its end; all others are told who holds the ID. */
final class StartCheck implements Check {
    private final BiConsumer<Rule, String> violations;

    StartCheck(BiConsumer<Rule, String> violations) {
        this.violations = violations;
    }

    @Override
    public void conclude(Evidence evidence) {
        evidence.starts().stream()
                .collect(groupingBy(Start::instance, TreeMap::new, Collectors.toList()))
                .forEach((instance, starts) -> check(instance, starts, outcome(instance, evidence)));
        evidence.outcomes().forEach((instance, outcome) -> {
            if (!outcome.isCompleted() && !outcome.status().equals("Terminated")) {
                boolean ended = outcome.status().equals("Failed");
                violations.accept(ended ? Rule.FAILED : Rule.NOT_FINISHED, instance + ": " + outcome.text());
            }
        });
    }

    /** How it stood when it was purged, or how it stands. */
    private static @Nullable Outcome outcome(String instance, Evidence evidence) {
        Outcome purged = evidence.deeds().purged().get(instance);
        return purged == null ? evidence.outcomes().get(instance) : purged;
    }

    private void check(String instance, List<Start> starts, @Nullable Outcome outcome) {
        List<Start> winners = starts.stream()
                .filter(start -> start.answer() == Answer.STARTED)
                .toList();
        if (winners.size() > 1) {
            violations.accept(Rule.TWO_STARTED, winners.toString());
        }
        if (outcome == null) {
            violations.accept(Rule.START_LOST, instance + " is not there: " + starts);
            return;
        }
        for (Start start : starts) {
            if (!start.execution().equals(outcome.execution())) {
                violations.accept(Rule.LOSER_RAN, "there is " + outcome.execution() + ", and told was " + start);
            }
        }
        if (winners.isEmpty() && starts.stream().noneMatch(Start::unsure)) {
            violations.accept(Rule.START_LOST, "all were refused: " + starts);
        }
        if (outcome.report() == null) {
            return;
        }
        String ran = outcome.report().start();
        boolean mayHaveRun = starts.stream()
                .anyMatch(start -> start.name().equals(ran)
                        && (start.answer() == Answer.STARTED || (winners.isEmpty() && start.unsure())));
        if (!mayHaveRun) {
            violations.accept(Rule.LOSER_RAN, ran + " ran, of " + starts);
        }
    }
}
