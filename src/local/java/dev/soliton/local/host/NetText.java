package dev.soliton.local.host;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What {@link NetJson} has read, as .NET writes it. */
final class NetText {

    private static final int FIXED_DIGITS = 15;

    private NetText() {}

    /** A value by itself; nothing for null, indented JSON for an object or an array. */
    static String of(@Nullable Object value) {
        if (value == null) {
            return "";
        } else if (value instanceof Map || value instanceof List) {
            return json(value, true);
        } else if (value instanceof Boolean truth) {
            return truth ? "True" : "False";
        } else if (value instanceof Double number) {
            return number(number);
        }
        return value instanceof NetTime time ? time.invariant() : value.toString();
    }

    static String json(@Nullable Object value, boolean indented) {
        StringBuilder out = new StringBuilder();
        write(value, indented ? "\n" : "", out);
        return out.toString();
    }

    private static void write(@Nullable Object value, String newLine, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            List<String> parts = new ArrayList<>();
            map.forEach((name, part) -> {
                StringBuilder text =
                        new StringBuilder(quoted(String.valueOf(name))).append(newLine.isEmpty() ? ":" : ": ");
                write(part, newLine.isEmpty() ? "" : newLine + "  ", text);
                parts.add(text.toString());
            });
            join('{', parts, '}', newLine, out);
        } else if (value instanceof List<?> list) {
            List<String> parts = new ArrayList<>();
            list.forEach(part -> {
                StringBuilder text = new StringBuilder();
                write(part, newLine.isEmpty() ? "" : newLine + "  ", text);
                parts.add(text.toString());
            });
            join('[', parts, ']', newLine, out);
        } else if (value instanceof Double number) {
            String text = number(number);
            boolean plain = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
            out.append(number.isNaN() || number.isInfinite() ? quoted(text) : plain ? text + ".0" : text);
        } else if (value instanceof NetTime time) {
            out.append(quoted(time.iso()));
        } else {
            out.append(value instanceof String text ? quoted(text) : String.valueOf(value));
        }
    }

    private static void join(char open, List<String> parts, char close, String newLine, StringBuilder out) {
        if (parts.isEmpty()) {
            out.append(open).append(close);
            return;
        }
        String inner = newLine.isEmpty() ? "" : newLine + "  ";
        StringJoiner joiner = new StringJoiner("," + inner, open + inner, newLine + close);
        parts.forEach(joiner::add);
        out.append(joiner);
    }

    /** The shortest digits that make the same number again, with an exponent from 1E+15 on and below 0.0001. */
    static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        } else if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal exact = shortest(value).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < FIXED_DIGITS) {
            return exact.toPlainString();
        }
        String digits = exact.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return (value < 0 ? "-" : "")
                + mantissa
                + String.format(Locale.ROOT, "E%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    /** Up to JDK 18, {@link Double#toString} may give a digit more than are needed. */
    private static BigDecimal shortest(double value) {
        for (int digits = 1; digits < 17; digits++) {
            BigDecimal rounded = new BigDecimal(value).round(new java.math.MathContext(digits));
            if (rounded.doubleValue() == value) {
                return rounded;
            }
        }
        return new BigDecimal(value).round(new java.math.MathContext(17));
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < ' ' || c == '\u0085' || c == '\u2028' || c == '\u2029') {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
