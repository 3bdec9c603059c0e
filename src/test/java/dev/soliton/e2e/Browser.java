package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.soliton.local.ProjectRoot;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A browser without a window, as a user of the dashboard has it. It waits for what is to be seen, and for nothing else. */
final class Browser implements AutoCloseable {
    private static final List<String> BROWSERS = List.of("/usr/bin/chromium", "/usr/bin/google-chrome");
    private static final List<String> DRIVERS = List.of("/usr/bin/chromedriver", "/usr/local/bin/chromedriver");
    private static final List<String> FLAGS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    /** What a browser says of an answer of the API that says no; the page shows it, and the test looks at that. */
    private static final String REFUSED =
            ".*Failed to load resource: the server responded with a status of (401|403|404|409|412) .*";

    /** Finds the elements that are to be seen, of which the text has a part. */
    private static final String FIND =
            """
            const [css, part] = arguments;
            return [...document.querySelectorAll(css)].filter(each =>
                each.getClientRects().length > 0 && each.textContent.includes(part));
            """;

    /** Fills a field as typing does, whatever the characters. */
    private static final String FILL =
            """
            const [label, text] = arguments;
            const place = [...document.querySelectorAll('label.field')]
                .find(each => each.getClientRects().length > 0 && each.querySelector('.label').textContent === label);
            const field = place?.querySelector('input, select, textarea');
            if (!field) return false;
            if (field.tagName === 'SELECT' && ![...field.options].some(each => each.value === text)) return false;
            Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value').set.call(field, text);
            field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
            return true;
            """;

    private static final String AXE =
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
                result => done(result.violations.map(each => each.id + ': ' + each.nodes.map(node => node.html).join(' | '))),
                trouble => done([String(trouble)]));
            """;

    private final ChromeDriver driver;
    private final Path profile;
    private URI base = URI.create("about:blank");
    private int clicks;

    private Browser(ChromeDriver driver, Path profile) {
        this.driver = driver;
        this.profile = profile;
    }

    /** Starts a browser with a fresh profile; where there is none, the test is skipped, but for CI, where it fails. */
    static Browser start() throws IOException {
        String browser = firstOf(BROWSERS);
        String driver = firstOf(DRIVERS);
        if (browser.isEmpty() || driver.isEmpty()) {
            String missing =
                    "There is no browser for the tests of the dashboard: install chromium and chromium-driver.";
            if ("true".equals(System.getenv("CI"))) {
                fail(missing);
            }
            abort(missing);
        }
        Path profile = Files.createTempDirectory("browser");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser);
        options.addArguments(FLAGS);
        options.addArguments("--user-data-dir=" + profile, "--window-size=1200,900");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(driver))
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options), profile);
    }

    private static String firstOf(List<String> files) {
        return files.stream()
                .filter(file -> Files.isExecutable(Path.of(file)))
                .findFirst()
                .orElse("");
    }

    /** Opens a page of the dashboard of a host, as a link from elsewhere does. */
    void open(Caller host, String page) {
        base = host.base().resolve("/api/ui/");
        driver.get("about:blank");
        driver.get(base + page);
        clicks = 0;
    }

    /** The part of the address that says what the page shows. */
    String address() {
        return Objects.toString(driver.executeScript("return location.hash"));
    }

    /** How often the user has clicked since the page was opened. */
    int clicks() {
        return clicks;
    }

    /** Waits until an element is seen. */
    WebElement see(String css, String part) {
        await(css + " with '" + part + "'", () -> !find(css, part).isEmpty());
        return find(css, part).get(0);
    }

    /** Waits for something, and says what is to be seen instead if it does not come. */
    void await(String what, BooleanSupplier there) {
        try {
            Hub.await(what, there);
        } catch (AssertionError never) {
            throw new AssertionError(never.getMessage() + " But:\n" + text(), never);
        }
    }

    WebElement see(String css) {
        return see(css, "");
    }

    /** Waits until so many elements are seen. */
    void seeMany(String css, int count) {
        await(count + " of " + css, () -> find(css, "").size() == count);
    }

    /** The elements that are to be seen at the moment. */
    @SuppressWarnings("unchecked") // what the script returns
    List<WebElement> find(String css, String part) {
        return Objects.requireNonNull((List<WebElement>) driver.executeScript(FIND, css, part));
    }

    /** The text of the page. */
    String text() {
        return Objects.toString(driver.executeScript("return document.body.innerText"));
    }

    void click(String css, String part) {
        clicks++;
        await("something to click on: " + css + " " + part, () -> {
            try {
                WebElement element = see(css, part);
                driver.executeScript("arguments[0].scrollIntoView({ block: 'center' })", element);
                element.click();
                return true;
            } catch (StaleElementReferenceException drawnAnew) {
                return false;
            }
        });
    }

    void fill(String label, String text) {
        await(
                "a field '" + label + "' for " + text,
                () -> Boolean.TRUE.equals(driver.executeScript(FILL, label, text)));
    }

    /** Types keys where the focus is. */
    void type(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Moves the focus one back. */
    void tabBack() {
        new Actions(driver)
                .keyDown(Keys.SHIFT)
                .sendKeys(Keys.TAB)
                .keyUp(Keys.SHIFT)
                .perform();
    }

    /** Moves the focus by the tabulator until it is on a button of that text. */
    void tabTo(String text) {
        for (int i = 0; i < 60 && !focused().equals(text); i++) {
            type(Keys.TAB);
        }
        assertThat(focused()).isEqualTo(text);
    }

    /** The text of the element that has the focus. */
    String focused() {
        return Objects.toString(driver.executeScript("return document.activeElement.textContent"))
                .strip();
    }

    @Nullable
    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    void prefer(String feature, String value) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", feature, "value", value))));
    }

    /** Shows the page in so many pixels' width. */
    void narrow(int width) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 800, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Shows the page in the width of the window again. */
    void widen() {
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }

    /** What is wrong with the page for people who do not see it, or not well. */
    @SuppressWarnings("unchecked") // what the script returns
    List<String> barriers() throws IOException {
        Path axe = ProjectRoot.find().resolve("src/ui/node_modules/axe-core/axe.min.js");
        driver.executeScript(Files.readString(axe, StandardCharsets.UTF_8));
        driver.manage().timeouts().scriptTimeout(Duration.ofMinutes(1));
        return Objects.requireNonNull((List<String>) driver.executeAsyncScript(AXE));
    }

    /** What the browser has complained about since it was asked last: a rule of the page that was broken, an error. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry -> entry.getLevel() + " " + entry.getMessage())
                .filter(entry -> !entry.matches(REFUSED))
                .toList();
    }

    @Override
    public void close() throws IOException {
        driver.quit();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
