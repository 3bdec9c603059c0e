package dev.soliton.local.host;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/** The lines a developer sees: as {@code func start} writes them, errors red and warnings yellow. */
final class Console {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Consumer<String> out;
    private final boolean coloured;
    private final InstantSource clock;
    private volatile Function<String, Level> threshold = category -> Level.INFORMATION;

    /** Severities by .NET's names, from least to most. */
    enum Level {
        TRACE,
        DEBUG,
        INFORMATION,
        WARNING,
        ERROR,
        CRITICAL,
        NONE;

        static Level of(String name) {
            try {
                return valueOf(name.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new HostInError("host.json: '" + name + "' is no log level.");
            }
        }
    }

    /** The colours in use, as ANSI codes. */
    enum Colour {
        RED(31),
        GREEN(32),
        YELLOW(33);

        private final int code;

        Colour(int code) {
            this.code = code;
        }
    }

    Console(Consumer<String> out, boolean coloured, InstantSource clock) {
        this.out = out;
        this.coloured = coloured;
        this.clock = clock;
    }

    /** Sets what each category shows, once host.json is known. */
    void filter(Function<String, Level> levels) {
        threshold = levels;
    }

    void log(String category, Level level, String message) {
        if (level.compareTo(threshold.apply(category)) < 0) {
            return;
        }
        String line = "[" + TIME.format(clock.instant()) + "] " + message;
        print(
                switch (level) {
                    case ERROR, CRITICAL -> paint(Colour.RED, line);
                    case WARNING -> paint(Colour.YELLOW, line);
                    default -> line;
                });
    }

    void error(String category, String message, Throwable cause) {
        log(category, Level.ERROR, message + System.lineSeparator() + stackTrace(cause));
    }

    /** A line of its own, without time. */
    void print(String line) {
        out.accept(line);
    }

    String paint(Colour colour, String text) {
        return coloured ? "\u001b[" + colour.code + "m" + text + "\u001b[0m" : text;
    }

    static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString().stripTrailing();
    }
}
