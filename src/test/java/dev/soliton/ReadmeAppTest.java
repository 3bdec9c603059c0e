package dev.soliton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.local.ProjectRoot;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the app which README prints is the one that {@code ConsumerIT} builds, tests and calls. */
final class ReadmeAppTest {
    private static final Path PROJECT = ProjectRoot.find();
    private static final Path CONSUMER = PROJECT.resolve("src/test/resources/consumer");
    private static final String SERVICES = "src/main/resources/META-INF/services/dev.soliton.app.SolitonApp";

    private static final Pattern SECTION = Pattern.compile("(?ms)^## Use it in your app$.*?(?=^## )");
    private static final Pattern FILE = Pattern.compile("(?ms)^`([^`\\n]+)`:\\n\\n```\\w*\\n(.*?)^```$");
    private static final Pattern VERSIONED =
            Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>([^<]+)</version>");
    private static final Pattern PROPERTY = Pattern.compile("<([\\w.-]+)>([^<\\n]+)</\\1>");

    private static Map<String, String> printed() throws IOException {
        Matcher section = SECTION.matcher(Files.readString(PROJECT.resolve("README.md")));
        assertThat(section.find()).isTrue();
        Map<String, String> files = new LinkedHashMap<>();
        FILE.matcher(section.group()).results().forEach(file -> files.put(file.group(1), file.group(2)));
        return files;
    }

    @Test
    void thePrintedFilesAreThoseOfTheAppThatIsTested() throws IOException {
        Map<String, String> files = printed();

        assertThat(files)
                .containsOnlyKeys(
                        "pom.xml",
                        "host.json",
                        "local.settings.json",
                        "src/main/java/com/example/PriceImport.java",
                        SERVICES,
                        "src/test/java/com/example/PriceImportTest.java",
                        "src/main/java/com/example/PriceFunctions.java");
        for (Map.Entry<String, String> file : files.entrySet()) {
            String tested = Files.readString(CONSUMER.resolve(file.getKey()));
            if (file.getKey().equals(SERVICES)) {
                assertThat(tested).startsWith(file.getValue()); // it has a second app there
            } else {
                assertThat(file.getValue()).as(file.getKey()).isEqualTo(tested);
            }
        }
    }

    @Test
    void thePrintedClassesNeedNoOthers(@TempDir Path target) throws IOException {
        List<JavaFileObject> sources = new ArrayList<>();
        printed().forEach((name, text) -> {
            if (name.endsWith(".java")) {
                sources.add(source(name, text));
            }
        });
        StringWriter messages = new StringWriter();
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of(
                "-proc:none", "--release", "17", "-d", target.toString(), "-cp", System.getProperty("java.class.path"));

        boolean compiled =
                javac.getTask(messages, null, null, options, null, sources).call();

        assertThat(compiled).as(messages.toString()).isTrue();
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("printed:///" + name), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    @Test
    void theAppHasTheHostJsonAndTheVersionsOfThisProject() throws IOException {
        assertThat(CONSUMER.resolve("host.json")).hasSameTextualContentAs(PROJECT.resolve("host.json"));

        String own = Files.readString(PROJECT.resolve("pom.xml"));
        Map<String, String> versions = versionsIn(own);
        Map<String, String> printed = versionsIn(printed().get("pom.xml"));
        printed.remove("price-import");
        assertThat(printed).hasSizeGreaterThan(8).containsEntry("soliton", versions.get("soliton"));
        versions.put("junit-jupiter", versions.get("junit-bom"));
        assertThat(versions).containsAllEntriesOf(printed);
    }

    private static Map<String, String> versionsIn(String pom) {
        Map<String, String> properties = new LinkedHashMap<>();
        PROPERTY.matcher(pom)
                .results()
                .forEach(property -> properties.putIfAbsent(property.group(1), property.group(2)));
        Map<String, String> versions = new LinkedHashMap<>();
        for (MatchResult found : VERSIONED.matcher(pom).results().toList()) {
            String version = found.group(2);
            boolean isProperty = version.startsWith("${");
            versions.putIfAbsent(
                    found.group(1),
                    isProperty
                            ? properties.getOrDefault(version.substring(2, version.length() - 1), version)
                            : version);
        }
        return versions;
    }
}
