package dev.soliton.orchestration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.soliton.json.JacksonConverter;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.testkit.TestHub;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import kotlin.Pair;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of values on their way through the journal. */
final class ValuesContractTest {
    private final OneInstance it = new OneInstance();
    private final TestHub hub = it.hub;

    @AfterEach
    void close() {
        it.close();
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Circle.class, name = "circle"),
        @JsonSubTypes.Type(value = Square.class, name = "square")
    })
    interface Shape {}

    record Circle(int radius) implements Shape {}

    record Square(int side) implements Shape {}

    record Page<T>(int number, T content, List<T> items) {}

    record Dated(@JsonFormat(pattern = "dd.MM.uuuu") Object day) {}

    record Yearly(@JsonFormat(shape = JsonFormat.Shape.STRING, pattern = "uu") Object year) {}

    record Asked(String name, Optional<String> reason, OptionalInt age) {}

    /** As it is written for decades: one constructor, getters, no annotation. */
    static final class Money {
        private final String currency;
        private final BigDecimal amount;

        Money(String currency, BigDecimal amount) {
            this.currency = currency;
            this.amount = amount;
        }

        public String getCurrency() {
            return currency;
        }

        public BigDecimal getAmount() {
            return amount;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Money money && currency.equals(money.currency) && amount.equals(money.amount);
        }

        @Override
        public int hashCode() {
            return currency.hashCode();
        }
    }

    @Test
    void taskThatIsReturnedInsteadOfItsResultFailsTheInstanceAndSaysSo() {
        it.run(context -> context.callActivity("Echo", 1, Integer.class));
        assertThat(hub.failure("i")).contains("DataConverterException", "a task is no value", "await");
    }

    @Test
    void taskAsAnInputIsRefusedAtTheCallHoweverDeepItIs() {
        it.run(context -> {
            Task<Integer> task = context.callActivity("Echo", 1, Integer.class);
            Map<String, Object> deep = Map.of("results", List.of(Optional.of(task)));
            for (Object value : List.of(task, deep, new Page<>(1, task, List.of()), new Object[] {task})) {
                assertThatThrownBy(() -> context.callActivity("Echo", value))
                        .isInstanceOf(DataConverterException.class)
                        .hasMessageContaining("a task is no value");
                assertThatThrownBy(() -> context.setCustomStatus(value)).hasMessageContaining("a task is no value");
                assertThatThrownBy(() -> context.continueAsNew(value)).hasMessageContaining("a task is no value");
                assertThatThrownBy(() -> context.callSubOrchestrator("It", value))
                        .hasMessageContaining("a task is no value");
                assertThatThrownBy(() -> context.sendEvent("other", "e", value))
                        .hasMessageContaining("a task is no value");
            }
            return task.await();
        });
        assertThat(it.output()).isEqualTo("1");
    }

    @Test
    void futureThatAnActivityReturnsFailsItAndSaysSo() {
        Object future = CompletableFuture.completedFuture("x");
        hub.activity("Later", context -> future);
        it.run(context -> context.callActivity("Later", String.class).await());
        assertThat(hub.failure("i")).contains("a future is no value");
    }

    @Test
    void zoneOfATimeIsKeptSoThatNineInBerlinStaysNineAcrossTheChangeOfClocks() {
        ZonedDateTime before = ZonedDateTime.of(2026, 10, 24, 9, 0, 0, 0, ZoneId.of("Europe/Berlin"));
        it.run(
                context -> {
                    ZonedDateTime now = Objects.requireNonNull(context.getInput(ZonedDateTime.class));
                    if (context.getGeneration() < 2) {
                        context.continueAsNew(now.plusDays(1));
                    }
                    return context.callActivity("Echo", Map.of("at", now), JsonNode.class)
                            .await();
                },
                before);
        assertThat(it.output()).isEqualTo("{\"at\":\"2026-10-26T09:00:00+01:00[Europe/Berlin]\"}");
    }

    @Test
    void zoneOfUtcStaysAZone() {
        hub.activity("At", context -> ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneId.of("UTC")));
        it.run(context -> Objects.requireNonNull(
                        context.callActivity("At", ZonedDateTime.class).await())
                .getZone()
                .getId());
        assertThat(it.output()).isEqualTo("\"UTC\"");
    }

    @Test
    void typeNamesOfValuesInGenericCollectionsAreKept() {
        List<Shape> shapes = List.of(new Circle(1), new Square(2));
        Map<String, Shape> named = Map.of("a", new Circle(1));
        Page<Shape> page = new Page<>(1, new Square(3), shapes);
        Map<String, @Nullable Object> results = new HashMap<>();
        results.put("List", shapes);
        results.put("Map", named);
        results.put("Page", page);
        results.put("Optional", Optional.of(new Circle(4)));
        results.put("Nested", List.of(shapes, List.of()));
        results.put("Array", new Object[] {new Circle(5), "text", 6});
        results.put("Circles", List.of(new Circle(7)));
        results.forEach((name, value) -> hub.activity(name, context -> value));
        hub.activity("EchoShapes", context -> context.getInput(new TypeReference<List<Shape>>() {}));

        it.run(
                context -> {
                    assertThat(context.getInput(new TypeReference<List<Shape>>() {}))
                            .isEqualTo(shapes);
                    assertThat(context.callActivity("EchoShapes", shapes, new TypeReference<List<Shape>>() {})
                                    .await())
                            .isEqualTo(shapes);
                    assertThat(context.callActivity("List", new TypeReference<List<Shape>>() {})
                                    .await())
                            .isEqualTo(shapes);
                    assertThat(context.callActivity("Map", new TypeReference<Map<String, Shape>>() {})
                                    .await())
                            .isEqualTo(named);
                    assertThat(context.callActivity("Page", new TypeReference<Page<Shape>>() {})
                                    .await())
                            .isEqualTo(page);
                    assertThat(context.callActivity("Optional", new TypeReference<Optional<Shape>>() {})
                                    .await())
                            .contains(new Circle(4));
                    assertThat(context.callActivity("Nested", new TypeReference<List<List<Shape>>>() {})
                                    .await())
                            .isEqualTo(List.of(shapes, List.of()));
                    assertThat(context.callActivity("Circles", new TypeReference<List<Circle>>() {})
                                    .await())
                            .containsExactly(new Circle(7));
                    return context.callActivity("Array", JsonNode.class).await();
                },
                shapes);
        assertThat(it.output()).isEqualTo("[{\"kind\":\"circle\",\"radius\":5},\"text\",6]");
    }

    /** What Jackson has learned of the class alone must not stand for the property. */
    @Test
    void annotationsOfAPropertyCountAlsoIfItsClassWasWrittenBefore() {
        assertThat(it.outputOf(context -> List.of(Year.of(2026), new Yearly(Year.of(2026)))))
                .isEqualTo("[\"2026\",{\"year\":\"26\"}]");
    }

    @Test
    void annotationsOfAPropertyCountAlsoWhereItsTypeSaysNothing() {
        assertThat(it.outputOf(context -> new Dated(LocalDate.of(2026, 3, 1)))).isEqualTo("{\"day\":\"01.03.2026\"}");
    }

    @Test
    void optionalsAndImmutableClassesAndDataClassesOfKotlinComeBack() {
        Asked asked = new Asked("a", Optional.of("b"), OptionalInt.of(3));
        Asked little = new Asked("a", Optional.empty(), OptionalInt.empty());
        Money money = new Money("EUR", new BigDecimal("1.10"));
        Pair<String, Integer> pair = new Pair<>("a", 1);
        it.run(context -> {
            assertThat(context.callActivity("Echo", asked, Asked.class).await()).isEqualTo(asked);
            assertThat(context.callActivity("Echo", little, Asked.class).await())
                    .isEqualTo(little);
            assertThat(context.callActivity("Echo", money, Money.class).await()).isEqualTo(money);
            assertThat(context.callActivity("Echo", pair, new TypeReference<Pair<String, Integer>>() {})
                            .await())
                    .isEqualTo(pair);
            return null;
        });
        assertThat(it.status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(JacksonConverter.standard().modules())
                .anySatisfy(name -> assertThat(name).contains("kotlin"));
    }

    @Test
    void digitsOfNumbersAreKeptThroughWhateverTypeTheyGo() {
        String json = "[0.1234567890123456789,1.10,12345678901234567890.5,1E+400,100,1e2]";
        hub.activity("Tree", context -> context.getInput(JsonNode.class));
        hub.activity("Anything", context -> context.getInput(Object.class));
        hub.activity("Numbers", context -> context.getInput(new TypeReference<List<BigDecimal>>() {}));
        hub.orchestrator(
                "It",
                () -> context -> List.of(
                        Objects.requireNonNull(
                                context.callActivity("Tree", context.getInput(JsonNode.class), JsonNode.class)
                                        .await()),
                        Objects.requireNonNull(
                                context.callActivity("Anything", context.getInput(Object.class), Object.class)
                                        .await()),
                        Objects.requireNonNull(
                                context.callActivity("Numbers", context.getInput(Object.class), Object.class)
                                        .await())));
        hub.startWithJson("It", "i", json);
        hub.settle();
        String same = json.replace("1e2", "1E+2");
        assertThat(it.output()).isEqualTo("[" + same + "," + same + "," + same + "]");
    }

    @Test
    void valueThatCouldNotBeReadAgainIsRefusedWhenItIsWritten() {
        Object deep = 1;
        for (int i = 0; i < 1_001; i++) {
            deep = List.of(deep);
        }
        Object tooDeep = deep;
        hub.activity("Long", context -> BigInteger.TEN.pow(1_000));
        hub.activity("Deep", context -> tooDeep);
        hub.activity("Exponent", context -> new BigDecimal("1E+1001"));
        hub.activity("Name", context -> Map.of("n".repeat(50_001), 1));
        hub.activity("HalfAPair", context -> Map.of("\ud83d", 1));
        hub.activity("AtTheEdge", context -> List.of(BigInteger.TEN.pow(999), new BigDecimal("1E-1000")));
        it.run(context -> {
            for (String activity : List.of("Long", "Deep", "Exponent", "Name")) {
                Exception failed = OneInstance.thrownBy(context.callActivity(activity, JsonNode.class));
                assertThat(failed).as(activity).isInstanceOf(TaskFailedException.class);
                assertThat(failed).as(activity).hasMessageContaining("larger than the app takes");
            }
            assertThat(OneInstance.thrownBy(context.callActivity("HalfAPair", JsonNode.class)))
                    .hasMessageContaining("surrogate");
            assertThatThrownBy(() -> context.callActivity("Echo", BigInteger.TEN.pow(1_000)))
                    .hasMessageContaining("larger than the app takes");
            return context.callActivity("AtTheEdge", JsonNode.class).await();
        });
        assertThat(it.output()).isEqualTo("[" + BigInteger.TEN.pow(999) + ",1E-1000]");
    }

    @Test
    void appChoosesItsOwnSettingsAndKeepsWhatIsFixed() {
        record Person(String firstName) {}
        Registry registry = new Registry()
                .dataConverter(JacksonConverter.with(
                        builder -> builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)))
                .activity("Echo", () -> context -> context.getInput(Person.class))
                .orchestrator(
                        "It",
                        () -> context -> context.callActivity("Echo", new Person("Ada"), Person.class)
                                .await())
                .orchestrator("Task", () -> context -> context.callActivity("Echo", new Person("Ada"), Person.class))
                .orchestrator("Fail", () -> context -> {
                    throw new IllegalStateException("no luck");
                });
        try (TestHub own = new TestHub(registry)) {
            for (String name : registry.orchestrators()) {
                own.start(name, name);
            }
            own.settle();
            assertThat(own.status("It").output()).isEqualTo("{\"first_name\":\"Ada\"}");
            assertThat(own.failure("Task")).contains("a task is no value");
            assertThat(own.failure("Fail")).contains("no luck");
        }
    }

    @Test
    void converterOfAnotherKindMayBeUsedAndItsJsonIsChecked() {
        DataConverter careless = new DataConverter() {
            @Override
            public String toJson(Object value) {
                return value.equals("bad") ? "{" : JacksonConverter.standard().toJson(value);
            }

            @Override
            public @Nullable Object fromJson(String json, Type type) {
                Object value = JacksonConverter.standard().fromJson(json, type);
                return value instanceof String text ? text + "!" : value;
            }
        };
        Registry registry = new Registry()
                .dataConverter(careless)
                .activity("Echo", () -> context -> Objects.requireNonNull(context.getInput(String.class)))
                .orchestrator(
                        "It",
                        () -> context -> context.callActivity("Echo", "hey", String.class)
                                .await())
                .orchestrator("Bad", () -> context -> "bad");
        try (TestHub own = new TestHub(registry)) {
            own.start("It", "i");
            own.start("Bad", "bad");
            own.settle();
            assertThat(own.status("i").output()).isEqualTo("\"hey!!\"");
            assertThat(own.failure("bad")).contains("DataConverterException", "is not JSON");
        }
    }
}
