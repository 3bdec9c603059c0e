package dev.soliton.local.host;

import java.time.Duration;

/**
 * How a host stops. While {@code listening} its listeners still take messages; what runs is waited for until {@code waiting} has
 * passed since the signal. If nothing runs then, Java is told to end; else it goes the way of {@code then}.
 *
 * @param listening how long listeners go on
 * @param waiting how long functions that run are waited for, from the signal on
 * @param then what becomes of Java where functions still run
 * @param afterwards how long Java lives on without its host where it is left behind, and how long its shutdown hooks may take
 *     where it is told to end
 */
public record Stopping(Duration listening, Duration waiting, Then then, Duration afterwards) {

    /** What becomes of Java where functions still run. */
    public enum Then {
        /** It is told to end, and its shutdown hooks run. */
        TOLD_TO_END,
        /** It lives on without a host: no answer arrives any more, and logging blocks, and then throws; hooks run at its end. */
        LEFT_BEHIND,
        /** It is killed together with the host. */
        KILLED
    }

    /** As {@code mvn -Plocal} stops on Ctrl-C: listeners stop at once, functions get ten seconds, hooks five. */
    public static final Stopping QUICK =
            new Stopping(Duration.ZERO, Duration.ofSeconds(10), Then.TOLD_TO_END, Duration.ofSeconds(5));

    /** As the Functions host 4.1037 was seen to stop on SIGINT. */
    public static final Stopping REAL =
            new Stopping(Duration.ofSeconds(10), Duration.ofSeconds(40), Then.LEFT_BEHIND, Duration.ofSeconds(15));

    /** The same with another end. */
    public Stopping then(Then value) {
        return new Stopping(listening, waiting, value, afterwards);
    }

    /** The most that it may take, but for hooks of a Java that is left behind. */
    Duration longest() {
        return waiting.plus(afterwards);
    }

    String text() {
        return listening + "," + waiting + "," + then + "," + afterwards;
    }

    static Stopping parse(String text) {
        String[] parts = text.split(",", -1);
        return new Stopping(
                Duration.parse(parts[0]), Duration.parse(parts[1]), Then.valueOf(parts[2]), Duration.parse(parts[3]));
    }
}
