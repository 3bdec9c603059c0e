package dev.soliton.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.LeaseStateType;
import dev.soliton.azure.StorageAccount;
import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.e2e.app.ActivityLog.Line;
import dev.soliton.e2e.app.Duties.Duty;
import dev.soliton.local.Azurite;
import dev.soliton.reliability.Fleet.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * How long an instance stands still whose owner is killed in the middle of an activity, and what that is made of. Not in
 * the build, as it takes half a minute for each kill: {@code -Dsoliton.recovery.kills=20}.
 */
@Tag("full")
@EnabledIfSystemProperty(named = "soliton.recovery.kills", matches = "[1-9][0-9]*")
@Timeout(value = 2, unit = TimeUnit.HOURS)
final class RecoveryTimeIT {
    private static final int KILLS = Integer.getInteger("soliton.recovery.kills", 0);
    private static final int HOSTS = 3;
    private static final String HUB = "recovery";
    private static final Duration GLANCE = Duration.ofMillis(50);

    /** A renewal comes every ten seconds; a kill is to come at any moment between two. */
    private static final int RENEWAL_MILLIS = 10_000;

    private final Random random = new Random(1);

    /**
     * One kill, in milliseconds from then.
     *
     * @param leaseEnds when the storage let the lease of the dead run out
     * @param foundDead when it was marked, by the sweep or whoever met its instance
     * @param goesOn when the activity began again
     */
    record Course(long leaseEnds, long foundDead, long goesOn) {}

    @Test
    void killsOneOwnerAfterAnother() {
        try (Azurite azurite = Azurite.start(Azurite.Options.inMemory());
                Fleet fleet = new Fleet(HUB, azurite.connectionString(), Fleet.Terms.PRODUCTION)) {
            fleet.start(HOSTS);
            BlobContainerClient workers = StorageAccount.of(Map.of("AzureWebJobsStorage", azurite.connectionString()))
                    .blobs()
                    .getBlobContainerClient(HUB + "-workers");
            Client client = new Client(fleet, random);
            List<Course> courses = new ArrayList<>();
            for (int kill = 0; kill < KILLS; kill++) {
                courses.add(kill(fleet, client, workers, "kill-" + kill));
                System.out.println("RecoveryTimeIT: " + courses.get(kill));
                fleet.awaitStarted();
            }
            Summary summary = new Summary()
                    .put("kills", KILLS)
                    .put("from the kill to the activity", figures(courses, Course::goesOn))
                    .put("of that, the rest of the lease", figures(courses, Course::leaseEnds))
                    .put("until it was found dead", figures(courses, course -> course.foundDead() - course.leaseEnds()))
                    .put("message and turn", figures(courses, course -> course.goesOn() - course.foundDead()))
                    .put("courses", courses);
            System.out.println(summary.write("recovery"));
            assertThat(courses).allMatch(course -> course.goesOn() > 0);
        }
    }

    private Course kill(Fleet fleet, Client client, BlobContainerClient workers, String id) {
        Pace.pause(Duration.ofMillis(random.nextInt(RENEWAL_MILLIS)));
        Duty duty = new Duty(id, 1, 3_000, null, null);
        assertThat(client.insist(Set.of(202), "POST", "/api/orchestrators/Chain/" + id, duty)
                        .code())
                .isEqualTo(202);
        Line first = await(() -> starts(fleet, id, 0));
        String worker = await(() -> workerOf(fleet, id));
        Member owner = fleet.members().stream()
                .filter(member -> member.pid() == first.process())
                .findFirst()
                .orElseThrow();
        Instant killed = Instant.now();
        fleet.kill(owner);
        fleet.startOne();
        long leaseEnds = await(() -> isLeased(workers, worker) ? null : since(killed));
        long foundDead = await(() -> isMarked(workers, worker) ? since(killed) : null);
        Line second = await(() -> starts(fleet, id, 1));
        assertThat(second.fence()).isGreaterThan(first.fence());
        client.insist(Set.of(200), "GET", "/api/instances/" + id, null);
        return new Course(leaseEnds, foundDead, second.time() - killed.toEpochMilli());
    }

    private static @Nullable Line starts(Fleet fleet, String id, int number) {
        return fleet.log().lines(id).stream()
                .filter(line -> line.event() == Event.START)
                .skip(number)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String workerOf(Fleet fleet, String id) {
        Pattern claim = Pattern.compile("claimed instanceId=\"" + id + "\" .*worker=\"([^\"]+)\"");
        return fleet.said().stream()
                .map(said -> claim.matcher(said.line()))
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElse(null);
    }

    private static boolean isLeased(BlobContainerClient workers, String worker) {
        BlobProperties properties = workers.getBlobClient(worker).getProperties();
        return LeaseStateType.LEASED.equals(properties.getLeaseState()) && !isMarked(properties);
    }

    private static boolean isMarked(BlobContainerClient workers, String worker) {
        return isMarked(workers.getBlobClient(worker).getProperties());
    }

    private static boolean isMarked(BlobProperties properties) {
        return properties.getMetadata().containsKey("dead");
    }

    private static long since(Instant time) {
        return Duration.between(time, Instant.now()).toMillis();
    }

    private static <T> T await(Supplier<@Nullable T> there) {
        long deadline = System.nanoTime() + Fleet.LIMIT.toNanos();
        while (true) {
            T found = there.get();
            if (found != null) {
                return found;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Nothing came for " + Fleet.LIMIT);
            }
            Pace.pause(GLANCE);
        }
    }

    private static Recovery.Figures figures(List<Course> courses, ToLongFunction<Course> length) {
        return Recovery.Figures.of(courses.stream().mapToLong(length));
    }
}
