package dev.soliton.reliability;

import static java.util.stream.Collectors.groupingBy;

import dev.soliton.e2e.app.Duties.Entry;
import dev.soliton.reliability.Evidence.Outcome;
import dev.soliton.reliability.Evidence.Sent;
import dev.soliton.reliability.Violation.Rule;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** What a ledger has taken in is what was sent to it: each once, and those of one sender in their order. */
final class EventCheck implements Check {
    private final BiConsumer<Rule, String> violations;
    private int received;

    EventCheck(BiConsumer<Rule, String> violations) {
        this.violations = violations;
    }

    /** How many events ledgers have taken in. */
    int received() {
        return received;
    }

    @Override
    public void conclude(Evidence evidence) {
        Map<String, List<Sent>> sent = evidence.events().stream().collect(groupingBy(Sent::ledger));
        evidence.outcomes().forEach((instance, outcome) -> {
            if (outcome.report() != null) {
                check(
                        instance,
                        sent.getOrDefault(instance, List.of()),
                        outcome.report().entries());
            }
        });
        sent.forEach((ledger, events) -> {
            Outcome outcome = evidence.outcomes().get(ledger);
            if (outcome == null || outcome.report() == null) {
                violations.accept(Rule.EVENT_LOST, events.size() + " of " + ledger + ", which has no output");
            }
        });
    }

    private void check(String ledger, List<Sent> sent, List<String> entries) {
        received += entries.size();
        Map<String, Sent> known = new HashMap<>();
        sent.forEach(event -> known.put(textOf(event), event));
        Set<String> there = new HashSet<>();
        Map<String, Integer> last = new HashMap<>();
        for (String entry : entries) {
            Sent event = known.get(entry);
            if (event == null) {
                violations.accept(Rule.EVENT_UNSENT, entry + " in " + ledger);
            } else if (!there.add(entry)) {
                violations.accept(Rule.EVENT_DOUBLED, entry + " in " + ledger + " (" + count(entry, entries) + ")");
            } else if (event.sure()) {
                Integer before = last.put(event.from(), event.number());
                if (before != null && before > event.number()) {
                    violations.accept(Rule.EVENT_REORDERED, entry + " in " + ledger + " after " + before);
                }
            }
        }
        for (Sent event : sent) {
            if (event.sure() && !there.contains(textOf(event))) {
                violations.accept(Rule.EVENT_LOST, textOf(event) + " in " + ledger);
            }
        }
    }

    private static int count(String entry, List<String> entries) {
        return Collections.frequency(entries, entry);
    }

    private static String textOf(Sent event) {
        return new Entry(event.from(), event.number(), null).text();
    }
}
