package dev.soliton.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.orchestration.Registry;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.testkit.RecordedHistory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A project that has Soliton as a dependency: {@code src/test/resources/consumer}, of which README prints the larger part. It
 * is built by the Maven that builds Soliton, from the jars that this build has made.
 */
@Tag("full")
@DisabledOnOs(OS.WINDOWS) // where making links is a privilege
final class ConsumerIT {
    private static final Path PROJECT = ProjectRoot.find();
    private static final String VERSION = versionIn(PROJECT.resolve("pom.xml"));
    private static final String JARS = property("soliton.jars", "target/soliton-" + VERSION);

    private static final Pattern AZURITE = Pattern.compile("Azurite on ports (\\d+), (\\d+) and (\\d+)");
    private static final Pattern CALLS = Pattern.compile(
            "(?ms)^## Use it in your app$.*?^```sh\\n(.*?)^```\\n\\n→ (\\d{3}(?: · \\d{3})*)[^\\n]*3 prices");
    private static final Pattern CURL = Pattern.compile("curl -i (-X POST )?http://localhost:7071/api(/\\S+)");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void aProjectWithSolitonAsADependencyIsTestedStagedAndServedByOneCommand() throws Exception {
        Path folder = jar("").resolveSibling("consumer");
        if (Files.exists(folder)) {
            AzuriteInstallation.deleteTree(folder);
        }
        Path app = copyOfConsumer(folder.resolve("app"));
        Path repository = repository(folder.resolve("repository"));

        try (LauncherProcess maven = new LauncherProcess(local(repository), app)) {
            Matcher azurite = AZURITE.matcher(maven.awaitLine(AZURITE));
            assertThat(azurite.find()).isTrue();
            String base = maven.awaitReady();

            for (Call line : callsOfReadme()) {
                awaitStatus(line.method(), base + line.path(), status -> status.statusCode() == line.answer());
            }
            assertThat(call("GET", base + "/instances/acme", "").body()).contains("\"output\":\"3 prices\"");

            HttpResponse<String> started = call("POST", base + "/suppliers/globex/import", "");
            assertThat(started.statusCode()).isEqualTo(202);
            assertThat(started.body()).contains("statusQueryGetUri");
            assertThat(call("POST", base + "/suppliers/globex/import", "").statusCode())
                    .isEqualTo(409);
            HttpResponse<String> ended =
                    awaitStatus("GET", base + "/suppliers/globex/import", status -> status.statusCode() == 200);
            assertThat(ended.body()).contains("\"output\":\"3 prices\"");
            assertThat(call("GET", base + "/suppliers/other/import", "").statusCode())
                    .isEqualTo(404);

            RecordedHistory history = RecordedHistory.read(
                    Map.of("SOLITON_HUB", "prices", "AzureWebJobsStorage", storage(azurite)), "globex");
            assertThat(history.status()).isEqualTo(RuntimeStatus.COMPLETED);
            history.replay(importing(3));
            assertThatThrownBy(() -> history.replay(importing(2))).hasMessageContaining("StorePrice");

            // The actor, which the timer function starts.
            awaitStatus(
                    "GET", base + "/instances/stock", status -> status.body().contains("\"customStatus\":10"));
            HttpResponse<String> raised = call("POST", base + "/instances/stock/raiseEvent/change", "-3");
            assertThat(raised.statusCode()).isEqualTo(202);
            awaitStatus(
                    "GET", base + "/instances/stock", status -> status.body().contains("\"customStatus\":7"));

            maven.signalAll("INT");
            maven.awaitExit();
            maven.awaitEndOfFamily();
        }
        assertThat(namesIn(app.resolve("target/surefire-reports")))
                .contains("com.example.PriceImportTest.txt", "com.example.WarehouseTest.txt");
        assertStaged(app.resolve("target/azure-functions/price-import"));
        assertThat(app.resolve(".azurite/.gitignore")).hasContent("*");
    }

    private static String storage(Matcher azurite) {
        return new StoragePorts(
                        Integer.parseInt(azurite.group(1)),
                        Integer.parseInt(azurite.group(2)),
                        Integer.parseInt(azurite.group(3)))
                .connectionString();
    }

    /** The consumer's orchestrator, as far as a replay can tell. */
    private static Registry importing(int prices) {
        return new Registry().orchestrator("ImportPrices", () -> context -> {
            context.callActivity("FetchPrices").await();
            for (int i = 0; i < prices; i++) {
                context.callActivity("StorePrice").await();
            }
            return null;
        });
    }

    /** The bill of what a consumer gets. */
    private static void assertStaged(Path staged) throws IOException {
        assertThat(namesIn(staged))
                .contains("price-import-1.0.jar", "host.json", "local.settings.json")
                .contains("StartImport", "ImportStatus", "OpenStock", "HttpStartSingle", "Orchestrator", "Sweeper");
        Pattern version = Pattern.compile("-\\d[^/]*\\.jar$");
        Set<String> jars = namesIn(staged.resolve("lib"));
        assertThat(jars).contains("soliton-" + VERSION + ".jar");
        assertThat(jars.stream().map(jar -> version.matcher(jar).replaceFirst("")))
                .containsExactlyInAnyOrderElementsOf(
                        Files.readAllLines(PROJECT.resolve("src/test/resources/consumer-lib.txt")));
        assertThat(entriesOf(staged.resolve("lib/soliton-" + VERSION + ".jar")))
                .contains("dev/soliton/app/SolitonApp.class")
                .noneMatch(entry -> entry.startsWith("dev/soliton/examples/")
                        || entry.startsWith("dev/soliton/testkit/")
                        || entry.startsWith("dev/soliton/local/"));
    }

    @Test
    void theJarsOfTheTestKitAndTheLocalHostHaveWhatIsInTheirFoldersAndNoTests() throws IOException {
        assertThat(classesOf("testkit")).isEqualTo(sourcesIn("testkit"));
        assertThat(classesOf("local")).isEqualTo(sourcesIn("local"));
        assertThat(entriesOf(jar("local")))
                .contains("dev/soliton/local/azurite/run.js", "dev/soliton/local/azurite/.npmrc");
    }

    private static Set<String> classesOf(String classifier) throws IOException {
        return entriesOf(jar(classifier)).stream()
                .filter(entry -> entry.endsWith(".class") && !entry.contains("$") && !entry.endsWith("-info.class"))
                .map(entry -> entry.replace(".class", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> sourcesIn(String kind) throws IOException {
        Path root = PROJECT.resolve("src").resolve(kind).resolve("java");
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                    .map(file -> root.relativize(file).toString().replace(".java", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Path jar(String classifier) {
        return PROJECT.resolve(JARS + (classifier.isEmpty() ? "" : "-" + classifier) + ".jar");
    }

    private static Set<String> entriesOf(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(entry -> entry.getName()).collect(Collectors.toSet());
        }
    }

    private static Set<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    /** What a user types, with free ports, with the tests, and with the Azurite that this project has installed. */
    private static List<String> local(Path repository) {
        String home = property("maven.home", "");
        List<String> command = new ArrayList<>();
        command.add(home.isEmpty() ? "mvn" : Path.of(home, "bin", "mvn").toString());
        command.addAll(List.of("-B", "-ntp", "-Plocal", "-DskipTests=false", "-Dmaven.repo.local=" + repository));
        command.addAll(List.of("-Dsoliton.port=0", "-Dsoliton.azurite.ports=0,0,0"));
        command.add("-Dsoliton.azurite.home=" + PROJECT.resolve(".azurite"));
        Path settings = Path.of(property("soliton.maven.settings", ""));
        if (Files.isRegularFile(settings)) {
            command.addAll(List.of("-s", settings.toString()));
        }
        if (Boolean.parseBoolean(property("soliton.maven.offline", "false"))) {
            command.add("-o");
        }
        return command;
    }

    private static Path copyOfConsumer(Path target) throws IOException {
        Files.createDirectories(target.getParent());
        Path consumer = PROJECT.resolve("src/test/resources/consumer");
        try (Stream<Path> files = Files.walk(consumer)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, target.resolve(consumer.relativize(file).toString()));
            }
        }
        // Maven looks for its options upwards, and would take those of this project.
        Files.createDirectory(target.resolve(".mvn"));
        return target;
    }

    /**
     * A repository of Maven's that has the jars of this build, and everything else as links to what the usual one has. So
     * nothing of Soliton gets into the usual one, and what is fetched goes there.
     */
    private static Path repository(Path own) throws IOException {
        Path usual = Path.of(property("soliton.maven.repository", System.getProperty("user.home") + "/.m2/repository"));
        link(usual, own, "dev");
        link(usual.resolve("dev"), own.resolve("dev"), "soliton");
        Path version =
                Files.createDirectories(own.resolve("dev/soliton/soliton").resolve(VERSION));
        Files.copy(PROJECT.resolve("pom.xml"), version.resolve("soliton-" + VERSION + ".pom"));
        for (String classifier : List.of("", "testkit", "local")) {
            String suffix = classifier.isEmpty() ? "" : "-" + classifier;
            Files.copy(jar(classifier), version.resolve("soliton-" + VERSION + suffix + ".jar"));
        }
        return own;
    }

    private static void link(Path from, Path to, String except) throws IOException {
        Files.createDirectories(to);
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> all = Files.list(from)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                if (!each.getFileName().toString().equals(except)) {
                    Files.createSymbolicLink(to.resolve(each.getFileName()), each);
                }
            }
        }
    }

    private HttpResponse<String> awaitStatus(String method, String uri, Predicate<HttpResponse<String>> awaited)
            throws Exception {
        long deadline = System.nanoTime() + LauncherProcess.PATIENCE.toNanos();
        HttpResponse<String> status = call(method, uri, "");
        while (!awaited.test(status)) {
            assertThat(method)
                    .as("what is asked again; answer: %s", status.body())
                    .isEqualTo("GET");
            assertThat(System.nanoTime()).as("limit; last: %s", status.body()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(100);
            status = call(method, uri, "");
        }
        return status;
    }

    /** A line of README that calls the app, and what README says that it is answered with. */
    private record Call(String method, String path, int answer) {}

    private static List<Call> callsOfReadme() throws IOException {
        Matcher block = CALLS.matcher(Files.readString(PROJECT.resolve("README.md")));
        assertThat(block.find()).isTrue();
        String[] answers = block.group(2).split(" · ", -1);
        List<Call> calls = new ArrayList<>();
        for (String line : block.group(1).lines().toList()) {
            Matcher call = CURL.matcher(line);
            assertThat(call.matches()).as(line).isTrue();
            String method = call.group(1) == null ? "GET" : "POST";
            calls.add(new Call(method, call.group(2), Integer.parseInt(answers[calls.size()])));
        }
        assertThat(calls).hasSize(answers.length);
        return calls;
    }

    private HttpResponse<String> call(String method, String uri, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String property(String name, String otherwise) {
        String value = System.getProperty(name, "").replaceFirst("^is ", "");
        return value.isBlank() || value.startsWith("${") ? otherwise : value;
    }

    private static String versionIn(Path pom) {
        try {
            String text = Files.readString(pom);
            int begin = text.indexOf("<version>") + "<version>".length();
            return text.substring(begin, text.indexOf("</version>", begin));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
