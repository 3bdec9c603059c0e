package dev.soliton.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the benchmarks found: figures for a program, and pages of text and tables for a reader, which are printed as they
 * come.
 */
final class Report {
    /** What follows it in the documentation is a copy of the tables. */
    private static final String FIGURES = "<!-- figures -->";

    private final List<Figure> figures = new ArrayList<>();
    private final StringBuilder page = new StringBuilder();
    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void add(Figure figure) {
        figures.add(figure);
    }

    void heading(String text) {
        line("## " + text);
        line("");
    }

    void text(String text) {
        line(text);
        line("");
    }

    /** A table, whose first column holds text and whose others hold numbers. */
    void table(List<String> head, List<List<String>> rows) {
        line("| " + String.join(" | ", head) + " |");
        line("|---" + "|---:".repeat(head.size() - 1) + "|");
        rows.forEach(row -> line("| " + String.join(" | ", row) + " |"));
        line("");
    }

    /** A table of text. */
    void plainTable(List<String> head, List<List<String>> rows) {
        line("| " + String.join(" | ", head) + " |");
        line("|---".repeat(head.size()) + "|");
        rows.forEach(row -> line("| " + String.join(" | ", row) + " |"));
        line("");
    }

    private void line(String line) {
        page.append(line).append('\n');
        out.println(line);
    }

    /** Keeps it: {@code benchmarks.json} and {@code performance.md}. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        JsonMapper json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        json.writeValue(folder.resolve("benchmarks.json").toFile(), figures);
        Files.writeString(folder.resolve("performance.md"), page);
    }

    /** Puts the tables in the place of those that a page of the documentation has. */
    void publish(Path documentation) throws IOException {
        String text = Files.readString(documentation);
        int end = text.indexOf(FIGURES);
        if (end < 0) {
            throw new IllegalStateException("The line " + FIGURES + " is not in " + documentation + ".");
        }
        Files.writeString(
                documentation,
                text.substring(0, end) + FIGURES + "\n\n" + page.toString().strip() + "\n");
    }
}
