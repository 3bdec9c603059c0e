package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages that a new user follows do what they say: each of their lines gets the answer that the page claims. */
@Tag("full")
final class DocumentedCallsIT {
    private static final Pattern FENCED = Pattern.compile("(?ms)^```\\w*\\n(.*?)^```\\n\\s*([^\\n]*)");
    /** Of another app than the one that this serves; {@code ConsumerIT} calls it. */
    private static final Pattern CONSUMER = Pattern.compile("(?ms)^## Use it in your app$.*?(?=^## )");

    private static final Pattern CLAIM = Pattern.compile("→ (\\d{3}(?: · \\d{3})*)\\b");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/examples.md", "docs/start-policies.md"})
    void linesOfAPageAreAnsweredAsItClaims(String page) throws IOException {
        Path root = Path.of(System.getProperty("soliton.basedir"));
        String text = Files.readString(root.resolve(page));
        List<Claim> claims = claims(CONSUMER.matcher(text).replaceAll(""));
        assertThat(claims).isNotEmpty();
        try (Hub hub = new Hub()) {
            Caller caller = hub.host();
            for (Claim claim : claims) {
                check(claim, caller, root);
            }
        }
    }

    @Test
    void lineWithoutAClaimIsAnError() {
        String page = "```\ncurl -i http://localhost:7071/api/instances/a\n```\n\nIt is there.\n";
        assertThatThrownBy(() -> claims(page)).hasMessageContaining("api/instances/a");
    }

    @Test
    void lineThatAShellReadsOtherwiseIsAnError() {
        for (String line : List.of(
                "curl -i http://localhost:7071/api/instances?a=1&b=2",
                "curl -i -d '{\"a\": 1} http://localhost:7071/api/instances",
                "curl -i --unknown http://localhost:7071/api/instances")) {
            assertThatThrownBy(() -> CurlLine.of(line)).as(line).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private record Claim(String line, int code) {}

    private static List<Claim> claims(String page) {
        List<Claim> claims = new ArrayList<>();
        Matcher blocks = FENCED.matcher(page);
        while (blocks.find()) {
            List<String> lines = blocks.group(1)
                    .lines()
                    .filter(line -> line.contains("curl "))
                    .toList();
            if (lines.isEmpty()) {
                continue;
            }
            Matcher claim = CLAIM.matcher(blocks.group(2));
            String[] codes = claim.lookingAt() ? claim.group(1).split(" · ") : new String[0];
            if (codes.length != lines.size()) {
                throw new IllegalArgumentException(
                        "The page does not say what these lines are answered with: " + lines);
            }
            for (int n = 0; n < codes.length; n++) {
                claims.add(new Claim(lines.get(n), Integer.parseInt(codes[n])));
            }
        }
        return claims;
    }

    private static void check(Claim claim, Caller caller, Path root) throws IOException {
        CurlLine line = CurlLine.of(claim.line());
        Instant deadline = Instant.now().plus(Hub.LIMIT);
        Caller.Answer answer = line.send(caller, root);
        while (answer.code() != claim.code()
                && line.isRepeatable()
                && Instant.now().isBefore(deadline)) {
            Caller.pause();
            answer = line.send(caller, root);
        }
        assertThat(answer.code())
                .as("%s: %s", claim.line(), answer.response().body())
                .isEqualTo(claim.code());
    }
}
