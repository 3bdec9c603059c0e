package dev.soliton.reliability;

import dev.soliton.e2e.app.ActivityLog.Line;
import dev.soliton.e2e.app.Note;
import dev.soliton.e2e.app.RunName;
import dev.soliton.reliability.Violation.Rule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A step runs at least once, and never again once its result was committed. That it was is known from the first step that
 * is given the result, and from the end of the instance.
 */
final class StepCheck implements Check {
    private final BiConsumer<Rule, String> violations;
    private final Map<String, String> taskOfPart = new HashMap<>();
    private final Map<String, Note> notes = new HashMap<>();
    private final Set<RunName> begun = new HashSet<>();
    private final Set<RunName> ended = new HashSet<>();
    private final Map<String, RunName> committed = new HashMap<>();
    private final Set<String> endedInstances = new HashSet<>();
    private final Map<String, Long> lastProcess = new HashMap<>();
    private final Map<String, Long> fences = new HashMap<>();
    private final Set<Long> struck = new HashSet<>();
    private int runs;
    private int againAfterCrash;
    private int againWithoutCrash;

    StepCheck(BiConsumer<Rule, String> violations) {
        this.violations = violations;
    }

    /** How many runs of activities began. */
    int runs() {
        return runs;
    }

    /** How many of them repeated one whose process had been killed, stopped or told to end. */
    int againAfterCrash() {
        return againAfterCrash;
    }

    /** How many of them repeated another: its turn was left because of the storage. */
    int againWithoutCrash() {
        return againWithoutCrash;
    }

    /** How many tasks' results were used. */
    int committed() {
        return committed.size();
    }

    @Override
    public void see(Line line) {
        switch (line.event()) {
            case START -> begin(line);
            case END -> ended.add(new RunName(line.task(), line.fence()));
            case KILLED, GONE, STOPPED -> struck.add(line.process());
            case MARK -> endedInstances.add(line.instance());
            case FAIL -> failed(line);
            case INTERRUPT, RESUMED -> {}
        }
    }

    /** What has failed may be called again, as another task, once its instance is rewound. */
    private void failed(Line line) {
        Note note = notes.get(line.task());
        if (note != null) {
            taskOfPart.remove(note.part());
        }
    }

    private void begin(Line line) {
        runs++;
        Note note = Note.parse(line.note());
        // Who begins with an older fence than another has used was replaced. Whether that is granted is the owners'
        // matter.
        boolean isReplaced = line.fence() < fences.merge(line.instance(), line.fence(), Math::max);
        check(isReplaced || !endedInstances.contains(line.instance()), Rule.RUN_AFTER_END, line.toString());
        check(
                isReplaced || !committed.containsKey(line.task()),
                Rule.RUN_AGAIN_AFTER_COMMIT,
                line + "  although used was  " + committed.get(line.task()));
        check(line.time() >= note.notBefore(), Rule.TOO_EARLY, line.toString());
        check(begun.add(new RunName(line.task(), line.fence())), Rule.DONE_TWICE, "by one owner: " + line);
        String task = taskOfPart.putIfAbsent(note.part(), line.task());
        check(task == null || task.equals(line.task()), Rule.DONE_TWICE, line + "  and as  " + task);
        Note earlier = notes.putIfAbsent(line.task(), note);
        check(earlier == null || earlier.equals(note), Rule.HISTORY_CHANGED, line + "  was  " + earlier);
        note.uses().forEach(use -> use(use, line.toString()));
        Long process = lastProcess.put(line.task(), line.process());
        if (process != null && struck.contains(process)) {
            againAfterCrash++;
        } else if (process != null) {
            againWithoutCrash++;
        }
    }

    private void use(RunName run, String where) {
        check(ended.contains(run), Rule.RESULT_OF_NO_RUN, run + " in " + where);
        RunName other = committed.putIfAbsent(run.task(), run);
        check(other == null || other.equals(run), Rule.HISTORY_CHANGED, run + " in " + where + "  after  " + other);
    }

    @Override
    public void conclude(Evidence evidence) {
        evidence.outcomes().forEach((instance, outcome) -> {
            if (outcome.report() != null) {
                outcome.report().results().forEach(run -> use(RunName.parse(run), "the output of " + instance));
            }
        });
    }

    private void check(boolean holds, Rule rule, String what) {
        if (!holds) {
            violations.accept(rule, what);
        }
    }
}
