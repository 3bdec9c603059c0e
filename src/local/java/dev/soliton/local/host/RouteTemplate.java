package dev.soliton.local.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A route such as {@code items/{id:int}/{part?}}: literals in any case, parameters with constraints and defaults. */
final class RouteTemplate {

    private final String text;
    private final List<Segment> segments = new ArrayList<>();

    /** One part of a route between slashes. */
    private sealed interface Segment {}

    private record Literal(String text) implements Segment {}

    private record Parameter(
            String name, boolean rest, boolean optional, @Nullable String byDefault, Predicate<String> constraint)
            implements Segment {}

    /** The template below the host's prefix, which may be empty. */
    RouteTemplate(String prefix, String template) {
        text = template.startsWith("/") ? template.substring(1) : template;
        for (String part : prefix.split("/", -1)) {
            if (!part.isEmpty()) {
                segments.add(new Literal(part));
            }
        }
        for (String part : split(text, '/')) {
            if (!part.isEmpty()) {
                segments.add(segment(part));
            }
        }
        String first = text.toLowerCase(Locale.ROOT);
        if (first.startsWith("admin") || first.startsWith("runtime")) {
            throw new FunctionInError("The specified route conflicts with one or more built in routes.");
        }
    }

    private Segment segment(String part) {
        if (!part.contains("{")) {
            return new Literal(part);
        }
        if (!part.startsWith("{") || !part.endsWith("}") || closing(part) != part.length() - 1) {
            throw new FunctionInError(
                    "Route '" + text + "': the local host does not support the segment '" + part + "'.");
        }
        String inner = part.substring(1, part.length() - 1);
        boolean rest = inner.startsWith("*");
        List<String> pieces = split(inner.replaceFirst("^\\*{1,2}", ""), ':');
        // The default, or the mark of an optional parameter, ends the last piece.
        String last = pieces.get(pieces.size() - 1);
        int equals = last.lastIndexOf(')') < 0 ? last.indexOf('=') : last.indexOf('=', last.lastIndexOf(')'));
        boolean optional = last.endsWith("?");
        String byDefault = equals < 0 ? null : last.substring(equals + 1);
        pieces.set(
                pieces.size() - 1,
                equals >= 0 ? last.substring(0, equals) : optional ? last.substring(0, last.length() - 1) : last);
        Predicate<String> constraint = value -> true;
        for (String piece : pieces.subList(1, pieces.size())) {
            constraint = constraint.and(RouteConstraints.parse(piece));
        }
        return new Parameter(pieces.get(0), rest, optional && equals < 0, byDefault, constraint);
    }

    private static int closing(String part) {
        int depth = 0;
        for (int i = 0; i < part.length(); i++) {
            depth += part.charAt(i) == '{' ? 1 : part.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Splits where the separator is in neither braces nor brackets, for a regular expression may hold it. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '{' || c == '(' ? 1 : c == '}' || c == ')' ? -1 : 0;
            if (c == separator && depth == 0) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    /**
     * Matches a decoded path, without its leading slash.
     *
     * @return the values of the parameters where the path fits; omitted ones are missing
     */
    Optional<Map<String, String>> match(String decodedPath) {
        List<String> path = new ArrayList<>(List.of(decodedPath.split("/", -1)));
        if (path.get(path.size() - 1).isEmpty()) { // a trailing slash does not count
            path.remove(path.size() - 1);
        }
        Map<String, String> values = new LinkedHashMap<>();
        int i = 0;
        for (Segment segment : segments) {
            boolean fits;
            if (segment instanceof Literal literal) {
                fits = i < path.size() && literal.text().equalsIgnoreCase(path.get(i));
                i++;
            } else {
                Parameter parameter = (Parameter) segment;
                int end = parameter.rest() ? path.size() : i + 1;
                String sent = end > path.size() ? "" : String.join("/", path.subList(Math.min(i, end), end));
                i = Math.max(i, end);
                fits = take(parameter, sent, values);
            }
            if (!fits) {
                return Optional.empty();
            }
        }
        return i < path.size() ? Optional.empty() : Optional.of(values);
    }

    private static boolean take(Parameter parameter, String sent, Map<String, String> values) {
        String value = sent.isEmpty() ? parameter.byDefault() : sent;
        if (value == null) {
            return parameter.optional() || parameter.rest();
        }
        values.put(parameter.name(), value);
        return parameter.constraint().test(value);
    }

    /** The route with its parameters' names and without constraints. */
    @Override
    public String toString() {
        return shown(name -> name);
    }

    /** The route as the list of functions shows it: without constraints. */
    String shown(UnaryOperator<String> names) {
        List<String> parts = new ArrayList<>();
        for (Segment segment : segments) {
            parts.add(
                    segment instanceof Parameter parameter
                            ? String.format(
                                    Locale.ROOT,
                                    "{%s%s%s}",
                                    parameter.rest() ? "*" : "",
                                    names.apply(parameter.name()),
                                    parameter.optional() ? "?" : "")
                            : ((Literal) segment).text());
        }
        return String.join("/", parts);
    }
}
