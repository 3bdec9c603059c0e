package dev.soliton.orchestration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.json.JacksonConverter;
import dev.soliton.orchestration.ValuesContractTest.Circle;
import dev.soliton.orchestration.ValuesContractTest.Money;
import dev.soliton.orchestration.ValuesContractTest.Page;
import dev.soliton.orchestration.ValuesContractTest.Shape;
import dev.soliton.orchestration.ValuesContractTest.Square;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.testkit.TestHub;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import kotlin.Pair;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Sends values of all supported types, made at random from seeds, through everything that a value can go through, and
 * compares what comes out.
 */
@Tag("slow")
final class ValuesRoundTripTest {
    private static final int ROUNDS = 8;
    private static final List<String> ZONES =
            List.of("Europe/Berlin", "UTC", "Z", "+05:30", "America/St_Johns", "Australia/Lord_Howe");

    enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "the green one";
            }
        }
    }

    record Times(
            Instant instant,
            LocalDate date,
            LocalTime time,
            LocalDateTime dateTime,
            OffsetDateTime offset,
            ZonedDateTime zoned,
            Duration duration,
            Period period,
            ZoneId zone) {}

    record Numbers(
            int whole,
            long large,
            double real,
            float small,
            @Nullable Integer boxed,
            BigDecimal exact,
            BigInteger huge,
            byte tiny) {}

    record Everything(
            String text,
            boolean flag,
            char letter,
            Colour colour,
            UUID uuid,
            Numbers numbers,
            Times times,
            Optional<String> maybe,
            OptionalLong maybeLong,
            List<@Nullable String> texts,
            Map<String, BigDecimal> amounts,
            Map<Colour, List<Integer>> byColour,
            Shape shape,
            List<Shape> shapes,
            @Nullable Everything inner) {}

    /** A type, and how a value of it is made. */
    private record Kind<T>(TypeReference<T> type, Function<Random, T> make) {}

    private static final List<Kind<?>> KINDS = List.of(
            new Kind<>(new TypeReference<String>() {}, ValuesRoundTripTest::text),
            new Kind<>(new TypeReference<Boolean>() {}, Random::nextBoolean),
            new Kind<>(new TypeReference<Integer>() {}, Random::nextInt),
            new Kind<>(new TypeReference<Long>() {}, Random::nextLong),
            new Kind<>(new TypeReference<Double>() {}, ValuesRoundTripTest::real),
            new Kind<>(new TypeReference<BigDecimal>() {}, ValuesRoundTripTest::exact),
            new Kind<>(new TypeReference<BigInteger>() {}, random -> new BigInteger(3_000, random)),
            new Kind<>(new TypeReference<Colour>() {}, ValuesRoundTripTest::colour),
            new Kind<>(new TypeReference<UUID>() {}, random -> new UUID(random.nextLong(), random.nextLong())),
            new Kind<>(new TypeReference<Times>() {}, ValuesRoundTripTest::times),
            new Kind<>(new TypeReference<ZonedDateTime>() {}, random -> times(random)
                    .zoned()),
            new Kind<>(new TypeReference<Money>() {}, random -> new Money(text(random), exact(random))),
            new Kind<>(new TypeReference<Shape>() {}, ValuesRoundTripTest::shape),
            new Kind<>(new TypeReference<List<Shape>>() {}, random -> list(random, ValuesRoundTripTest::shape)),
            new Kind<>(
                    new TypeReference<Map<String, List<Shape>>>() {},
                    random -> map(random, each -> list(each, ValuesRoundTripTest::shape))),
            new Kind<>(
                    new TypeReference<Page<Shape>>() {},
                    random -> new Page<>(random.nextInt(), shape(random), list(random, ValuesRoundTripTest::shape))),
            new Kind<>(new TypeReference<Pair<Shape, Integer>>() {}, random -> new Pair<>(shape(random), 1)),
            new Kind<>(new TypeReference<Object>() {}, ValuesRoundTripTest::anything),
            new Kind<>(new TypeReference<Everything>() {}, random -> everything(random, 2)),
            new Kind<>(new TypeReference<Optional<Everything>>() {}, random -> Optional.of(everything(random, 0))));

    @Test
    void everyValueComesBackUnchangedOnEachWayThroughTheEngine() {
        try (TestHub hub = new TestHub()) {
            for (int kind = 0; kind < KINDS.size(); kind++) {
                for (int round = 0; round < ROUNDS; round++) {
                    goesThrough(hub, KINDS.get(kind), kind + "-" + round, new Random(1_000L * kind + round));
                }
            }
        }
    }

    private static <T> void goesThrough(TestHub hub, Kind<T> kind, String id, Random random) {
        T value = kind.make().apply(random);
        TypeReference<T> type = kind.type();
        hub.activity("Echo" + id, context -> context.getInput(type));
        hub.orchestrator("Child" + id, () -> context -> context.getInput(type));
        hub.orchestrator("It" + id, () -> context -> {
            T input = Objects.requireNonNull(context.getInput(type));
            if (context.getGeneration() == 0) {
                context.continueAsNew(input);
            }
            T result = context.callActivity("Echo" + id, input, type).await();
            T child = context.callSubOrchestrator("Child" + id, result, type).await();
            context.setCustomStatus(child);
            context.sendEvent(id, "again", child);
            T again = context.waitForExternalEvent("again", type).await();
            T event = context.waitForExternalEvent("e", type).await();
            return List.of(Objects.requireNonNull(again), Objects.requireNonNull(event));
        });
        hub.start("It" + id, id, value);
        hub.settle();
        assertThat(hub.status(id).status()).as(hub.status(id).toString()).isEqualTo(RuntimeStatus.RUNNING);
        hub.raise(id, "e", value);
        hub.settle();

        String output = hub.status(id).output();
        String pair = "[" + JacksonConverter.standard().toJson(value) + ","
                + JacksonConverter.standard().toJson(value) + "]";
        assertThat(JacksonConverter.standard().fromJson(Objects.requireNonNull(output), Object.class))
                .as(id)
                .isEqualTo(JacksonConverter.standard().fromJson(pair, Object.class));
        assertThat(JacksonConverter.standard()
                        .fromJson(Objects.requireNonNull(hub.status(id).customStatus()), type.getType()))
                .as(id)
                .isEqualTo(value);
        assertThat(JacksonConverter.standard()
                        .fromJson(Objects.requireNonNull(hub.status(id).input()), type.getType()))
                .as(id)
                .isEqualTo(value);
    }

    private static String text(Random random) {
        String alphabet = "aZ09 \"\\/\n\t\u0000\u001f\u007fé東\u2028\u2029\ud83d\ude00\ufffd\u200b";
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(12); length > 0; length--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /** Without halves of surrogate pairs, which no parser takes in a name. */
    private static String whole(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static double real(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> Double.MIN_VALUE;
            case 1 -> Double.MAX_VALUE;
            case 2 -> -0.0;
            case 3 -> Double.NEGATIVE_INFINITY;
            default -> Double.longBitsToDouble(random.nextLong());
        };
    }

    private static BigDecimal exact(Random random) {
        return new BigDecimal(new BigInteger(random.nextInt(2_000), random), random.nextInt(700) - 350);
    }

    private static Colour colour(Random random) {
        return Colour.values()[random.nextInt(2)];
    }

    private static Shape shape(Random random) {
        return random.nextBoolean() ? new Circle(random.nextInt()) : new Square(random.nextInt());
    }

    private static Times times(Random random) {
        ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
        Instant instant = Instant.ofEpochSecond(
                random.nextLong(-10_000_000_000L, 200_000_000_000L), random.nextInt(1_000_000_000));
        LocalDateTime local = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        return new Times(
                instant,
                local.toLocalDate(),
                local.toLocalTime(),
                local,
                instant.atOffset(ZoneOffset.ofTotalSeconds(60 * (random.nextInt(1_440) - 720))),
                instant.atZone(zone),
                Duration.ofSeconds(random.nextLong() >> 8, random.nextInt(1_000_000_000)),
                Period.of(random.nextInt(50), random.nextInt(50), random.nextInt(50)),
                zone);
    }

    private static <T> List<T> list(Random random, Function<Random, T> make) {
        List<T> list = new ArrayList<>();
        for (int size = random.nextInt(4); size > 0; size--) {
            list.add(make.apply(random));
        }
        return list;
    }

    private static <T> Map<String, T> map(Random random, Function<Random, T> make) {
        Map<String, T> map = new LinkedHashMap<>();
        for (int size = random.nextInt(4); size > 0; size--) {
            map.put(whole(text(random)), make.apply(random));
        }
        return map;
    }

    /** What an {@code Object} becomes: of what JSON itself has. */
    private static Object anything(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> text(random);
            case 1 -> random.nextInt();
            case 2 -> new BigDecimal(new BigInteger(random.nextInt(300), random), 1 + random.nextInt(60));
            case 3 -> list(random, ValuesRoundTripTest::anything);
            case 4 -> map(random, ValuesRoundTripTest::anything);
            default -> random.nextBoolean();
        };
    }

    private static Everything everything(Random random, int depth) {
        return new Everything(
                text(random),
                random.nextBoolean(),
                (char) ('a' + random.nextInt(26)),
                colour(random),
                new UUID(random.nextLong(), random.nextLong()),
                new Numbers(
                        random.nextInt(),
                        random.nextLong(),
                        real(random),
                        random.nextFloat(),
                        random.nextBoolean() ? null : random.nextInt(),
                        exact(random),
                        new BigInteger(random.nextInt(3_000), random).negate(),
                        (byte) random.nextInt()),
                times(random),
                random.nextBoolean() ? Optional.empty() : Optional.of(text(random)),
                random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextLong()),
                list(random, each -> each.nextBoolean() ? text(each) : null),
                map(random, ValuesRoundTripTest::exact),
                Map.of(colour(random), list(random, Random::nextInt)),
                shape(random),
                list(random, ValuesRoundTripTest::shape),
                depth == 0 ? null : everything(random, depth - 1));
    }
}
