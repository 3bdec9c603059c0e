package dev.soliton.reliability;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.reliability.Evidence.Answer;
import dev.soliton.reliability.Evidence.Sent;
import dev.soliton.reliability.Evidence.Start;
import dev.soliton.reliability.Violation.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The figures of a run, as JSON beside the reports of the tests: {@code target/reliability/<name>.json}. */
final class Summary {
    private final Map<String, Object> figures = new LinkedHashMap<>();

    Summary put(String name, Object value) {
        figures.put(name, value);
        return this;
    }

    /** What the checker counted and found. */
    Summary put(Evidence evidence, Checker.Findings findings) {
        List<Recovery> recoveries = Recovery.in(evidence.lines());
        long starts = evidence.starts().size();
        long started = evidence.starts().stream()
                .filter(start -> start.answer() == Answer.STARTED)
                .count();
        long attached = evidence.starts().stream()
                .filter(start -> start.answer() == Answer.ATTACHED)
                .count();
        put("instances", evidence.outcomes().size());
        put("instances completed", count(evidence.outcomes().values().stream().filter(Evidence.Outcome::isCompleted)));
        put("starts", starts);
        put("starts answered 202", started);
        put("starts attached to what was there", attached);
        put("starts answered 409", starts - started - attached);
        put(
                "starts with a try that was not answered",
                count(evidence.starts().stream().filter(Start::unsure)));
        put("activities begun", findings.runs());
        put("steps committed", findings.committed());
        put("activities repeated after a crash", findings.repeatedAfterCrash());
        put("activities repeated for other reasons", findings.repeatedOtherwise());
        put("activities run again after their commit", findings.count(Rule.RUN_AGAIN_AFTER_COMMIT));
        put("activities of stopped owners that outlived their lease", findings.outlived());
        put("activities that stopped owners began late", findings.late());
        put("events sent and accepted", count(evidence.events().stream().filter(Sent::sure)));
        put(
                "events sent without an ID, and not answered",
                count(evidence.events().stream().filter(sent -> !sent.sure())));
        put("events received", findings.received());
        put("events doubled", findings.count(Rule.EVENT_DOUBLED));
        put("events lost", findings.count(Rule.EVENT_LOST));
        put("events out of order", findings.count(Rule.EVENT_REORDERED));
        put("recovery after a kill", Recovery.Figures.of(recoveries, Set.of(Event.KILLED)));
        put("recovery after a standstill", Recovery.Figures.of(recoveries, Set.of(Event.STOPPED)));
        put("recoveries", recoveries);
        put(
                "violations",
                findings.violations().stream().map(Violation::toString).toList());
        return this;
    }

    private static long count(Stream<?> those) {
        return those.count();
    }

    /** Writes it, and returns it as text. */
    String write(String name) {
        try {
            Path folder = Files.createDirectories(Fleet.folder("reliability"));
            Path file = folder.resolve(name + ".json");
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), figures);
            return file + "\n" + Files.readString(file);
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }
}
