package dev.soliton.e2e;

import dev.soliton.e2e.Caller.Answer;
import java.io.FileNotFoundException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of documentation that calls curl, read as a shell and curl would read it.
 *
 * @param method GET, or POST where there is a body, unless the line names one
 * @param target path and query
 * @param headers names and values in turn
 * @param body its text, or {@code @} and the name of a file; empty for none
 */
record CurlLine(String method, String target, List<String> headers, String body) {
    private static final Pattern WORD = Pattern.compile("((?:[^\\s']|'[^']*')+)\\s*");
    private static final String BASE = "http://localhost:7071/";

    CurlLine {
        headers = List.copyOf(headers);
    }

    /** Reads a line; what a reader could not send as it stands is an error. */
    static CurlLine of(String line) {
        Deque<String> words = words(line);
        if (!words.remove().equals("curl")) {
            throw new IllegalArgumentException("This line does not begin with curl: " + line);
        }
        String method = "";
        String url = "";
        String body = "";
        List<String> headers = new ArrayList<>();
        while (!words.isEmpty()) {
            String word = words.remove();
            switch (word) {
                case "-i", "-s" -> {}
                case "-X" -> method = words.remove();
                case "-d", "--data-binary" -> body = words.remove();
                case "-H" -> {
                    String[] header = words.remove().split(":\\s*", 2);
                    headers.addAll(List.of(header));
                }
                default -> {
                    if (!url.isEmpty() || !word.startsWith(BASE)) {
                        throw new IllegalArgumentException("'" + word + "' of this line is not understood: " + line);
                    }
                    url = word;
                }
            }
        }
        if (!body.isEmpty() && headers.stream().noneMatch("Content-Type"::equalsIgnoreCase)) {
            headers.addAll(List.of("Content-Type", "application/x-www-form-urlencoded")); // as curl does
        }
        String unnamed = body.isEmpty() ? "GET" : "POST";
        return new CurlLine(
                method.isEmpty() ? unnamed : method.toUpperCase(Locale.ROOT),
                "/" + url.substring(BASE.length()),
                headers,
                body);
    }

    /** Whether a reader may send it again until the answer is there. */
    boolean isRepeatable() {
        return method.equals("GET") || method.equals("DELETE");
    }

    Answer send(Caller caller, Path root) throws FileNotFoundException {
        BodyPublisher publisher = body.startsWith("@")
                ? BodyPublishers.ofFile(root.resolve(body.substring(1)))
                : body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        return caller.send(method, URI.create(target).toString(), publisher, headers.toArray(String[]::new));
    }

    private static Deque<String> words(String line) {
        Deque<String> words = new ArrayDeque<>();
        Matcher matcher = WORD.matcher(line);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            String word = matcher.group(1);
            if (word.matches("[^']*[&?*\"#].*") && word.indexOf('\'') < 0 && word.indexOf('&') >= 0) {
                throw new IllegalArgumentException("A shell would not pass on " + word + " of this line: " + line);
            }
            words.add(word.replace("'", ""));
            end = matcher.end();
        }
        if (end != line.length()) {
            throw new IllegalArgumentException("Quotes are missing in this line: " + line);
        }
        return words;
    }
}
