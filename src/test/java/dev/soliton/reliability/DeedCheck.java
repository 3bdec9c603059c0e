package dev.soliton.reliability;

import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.e2e.app.ActivityLog.Line;
import dev.soliton.e2e.app.Note;
import dev.soliton.reliability.Deeds.Run;
import dev.soliton.reliability.Evidence.Outcome;
import dev.soliton.reliability.Violation.Rule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who was terminated has ended so, and nobody else; who was purged is gone; and of the runs that were to follow one another
 * each that an answer named began, unless another was to take its place, and no other did.
 */
final class DeedCheck implements Check {
    private final BiConsumer<Rule, String> violations;
    private final Map<String, Set<String>> executions = new HashMap<>();
    private final Map<String, Set<String>> startsOfRuns = new HashMap<>();

    DeedCheck(BiConsumer<Rule, String> violations) {
        this.violations = violations;
    }

    @Override
    public void see(Line line) {
        if (line.event() == Event.START) {
            String execution = line.task().substring(0, line.task().indexOf(':'));
            executions.computeIfAbsent(line.instance(), id -> new TreeSet<>()).add(execution);
            String part = Note.parse(line.note()).part();
            if (part.contains("/")) {
                startsOfRuns
                        .computeIfAbsent(execution, id -> new HashSet<>())
                        .add(part.substring(0, part.lastIndexOf('/')));
            }
        }
    }

    @Override
    public void conclude(Evidence evidence) {
        Deeds deeds = evidence.deeds();
        deeds.terminated().forEach(id -> checkTerminated(id, evidence.outcomes().get(id)));
        evidence.outcomes().forEach((id, outcome) -> {
            boolean mayBe = deeds.terminated().contains(id)
                    || deeds.maybeTerminated().contains(id)
                    || deeds.relays().getOrDefault(id, List.of()).stream().anyMatch(Run::terminates);
            if (outcome.status().equals("Terminated") && !mayBe) {
                violations.accept(Rule.NOT_TERMINATED, id + " was terminated by nobody: " + outcome.text());
            }
            if (deeds.purged().containsKey(id)) {
                violations.accept(Rule.NOT_PURGED, id + ": " + outcome.text());
            }
        });
        deeds.relays()
                .forEach((id, runs) -> checkRelay(id, runs, evidence.outcomes().get(id)));
    }

    private void checkTerminated(String id, @Nullable Outcome outcome) {
        if (outcome == null || !outcome.status().equals("Terminated")) {
            violations.accept(Rule.NOT_TERMINATED, id + " was, and is " + (outcome == null ? "gone" : outcome.text()));
        }
    }

    private void checkRelay(String id, List<Run> runs, @Nullable Outcome outcome) {
        Set<String> named = new TreeSet<>();
        runs.forEach(run -> named.add(run.execution()));
        Set<String> ran = executions.getOrDefault(id, Set.of());
        if (!named.containsAll(ran)) {
            violations.accept(Rule.RELAY_BROKEN, id + ": " + ran + " ran, answers named " + named);
        }
        boolean mayBeSkipped = runs.stream().anyMatch(Run::terminates);
        if (!mayBeSkipped && !ran.containsAll(named)) {
            violations.accept(Rule.RELAY_BROKEN, id + ": answers named " + named + ", only " + ran + " ran");
        }
        if (outcome == null || !named.contains(outcome.execution())) {
            violations.accept(
                    Rule.RELAY_BROKEN,
                    id + " is " + (outcome == null ? "gone" : outcome.text()) + ", answers named " + named);
        }
        for (String execution : ran) {
            Set<String> asked = new HashSet<>();
            runs.stream().filter(run -> run.execution().equals(execution)).forEach(run -> asked.add(run.start()));
            Set<String> starts = startsOfRuns.getOrDefault(execution, Set.of());
            if (starts.size() > 1 || !asked.containsAll(starts)) {
                violations.accept(
                        Rule.RELAY_BROKEN, id + ": " + execution + " ran " + starts + ", and asked for was " + asked);
            }
        }
    }
}
