package dev.soliton.reliability;

import dev.soliton.e2e.app.ActivityLog.Line;
import java.util.ArrayList;
import java.util.List;

/** Says afterwards, from all that was noted, whether the promises were kept. It knows nothing of how they are. */
final class Checker {
    private final List<Violation> violations = new ArrayList<>();
    private final OwnerCheck owners = new OwnerCheck(this::report);
    private final StepCheck steps = new StepCheck(this::report);
    private final EventCheck events = new EventCheck(this::report);
    private final List<Check> checks =
            List.of(owners, steps, events, new StartCheck(this::report), new DeedCheck(this::report));

    private Checker() {}

    /**
     * What was found.
     *
     * @param runs how many runs of activities began
     * @param committed how many tasks' results are known to have been committed
     * @param repeatedAfterCrash how many runs repeated one that was cut off by what was done to its process
     * @param repeatedOtherwise how many repeated one that was cut off by trouble with the storage
     * @param outlived how many runs of stopped owners were still under way when their successors began
     * @param late how many runs stopped owners began in the moment in which they went on
     * @param received how many events were taken in
     */
    record Findings(
            List<Violation> violations,
            int runs,
            int committed,
            int repeatedAfterCrash,
            int repeatedOtherwise,
            int outlived,
            int late,
            int received) {

        long count(Violation.Rule rule) {
            return violations.stream()
                    .filter(violation -> violation.rule() == rule)
                    .count();
        }
    }

    static Findings check(Evidence evidence) {
        Checker checker = new Checker();
        for (Line line : evidence.lines()) {
            checker.checks.forEach(check -> check.see(line));
        }
        checker.checks.forEach(check -> check.conclude(evidence));
        return new Findings(
                List.copyOf(checker.violations),
                checker.steps.runs(),
                checker.steps.committed(),
                checker.steps.againAfterCrash(),
                checker.steps.againWithoutCrash(),
                checker.owners.outlived(),
                checker.owners.late(),
                checker.events.received());
    }

    private void report(Violation.Rule rule, String what) {
        violations.add(new Violation(rule, what));
    }
}
