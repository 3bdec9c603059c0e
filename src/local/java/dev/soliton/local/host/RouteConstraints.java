package dev.soliton.local.host;

import java.math.BigDecimal;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The constraints of route parameters, such as {@code int}, {@code length(3,40)} and {@code regex(^[a-z]+$)}. */
final class RouteConstraints {

    private static final Pattern CALL = Pattern.compile("(\\w+)\\((.*)\\)", Pattern.DOTALL);
    private static final Pattern GUID = Pattern.compile(
            "[({]?\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}[)}]?|\\p{XDigit}{32}");

    private static final Map<String, Predicate<String>> PLAIN = Map.of(
            "int", parses(Integer::valueOf),
            "long", parses(Long::valueOf),
            "decimal", parses(BigDecimal::new),
            "double", parses(Double::valueOf),
            "float", parses(Float::valueOf),
            "bool", value -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false"),
            "guid", value -> GUID.matcher(value).matches(),
            "alpha", value -> value.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')),
            "required", value -> !value.isEmpty());

    private RouteConstraints() {}

    static Predicate<String> parse(String text) {
        Predicate<String> plain = PLAIN.get(text);
        if (plain != null) {
            return plain;
        }
        Matcher call = CALL.matcher(text);
        if (call.matches()) {
            String argument = call.group(2);
            switch (call.group(1)) {
                case "regex" -> {
                    // Braces are doubled in a template.
                    Pattern pattern =
                            Pattern.compile(argument.replace("{{", "{").replace("}}", "}"), Pattern.CASE_INSENSITIVE);
                    return value -> pattern.matcher(value).find();
                }
                case "minlength" -> {
                    return between(String::length, number(argument), Long.MAX_VALUE);
                }
                case "maxlength" -> {
                    return between(String::length, 0, number(argument));
                }
                case "length" -> {
                    return between(String::length, first(argument), last(argument));
                }
                case "min" -> {
                    return isLong().and(between(Long::parseLong, number(argument), Long.MAX_VALUE));
                }
                case "max" -> {
                    return isLong().and(between(Long::parseLong, Long.MIN_VALUE, number(argument)));
                }
                case "range" -> {
                    return isLong().and(between(Long::parseLong, first(argument), last(argument)));
                }
                default -> {
                    // refused below
                }
            }
        }
        throw new FunctionInError("The local host does not support the route constraint '" + text + "'.");
    }

    private static Predicate<String> isLong() {
        return parses(Long::valueOf);
    }

    private static Predicate<String> parses(Function<String, ?> parser) {
        return value -> {
            try {
                return parser.apply(value) != null;
            } catch (NumberFormatException e) {
                return false;
            }
        };
    }

    private static Predicate<String> between(Function<String, Number> measure, long least, long most) {
        return value -> {
            long measured = measure.apply(value).longValue();
            return measured >= least && measured <= most;
        };
    }

    private static long first(String pair) {
        return number(pair.split(",", -1)[0]);
    }

    private static long last(String pair) {
        String[] numbers = pair.split(",", -1);
        return number(numbers[numbers.length - 1]);
    }

    private static long number(String text) {
        return Long.parseLong(text.strip());
    }
}
