package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.LeaseStateType;
import com.azure.storage.blob.specialized.BlobLeaseClientBuilder;
import dev.soliton.local.Azurite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who has a listener's lock, step by step: what the lock does later is held back until the test runs it. */
@Tag("full")
final class ListenerLockIT {

    private static final HostJson.Singleton OPTIONS =
            new HostJson.Singleton(Duration.ofSeconds(60), Duration.ofSeconds(20));

    private static Azurite azurite;

    private final List<String> events = new ArrayList<>();

    private record Later(Runnable task, long delayMillis) {}

    /** One host's lock and what it has put off. */
    private record Contender(ListenerLock lock, List<Later> later) {
        void runNext() {
            later.remove(0).task().run();
        }
    }

    @BeforeAll
    static void startAzurite() {
        azurite = Azurite.start(Azurite.Options.inMemory());
    }

    @AfterAll
    static void stopAzurite() {
        azurite.close();
    }

    @Test
    void oneHasItAndRenewsItUntilItGivesItBack() {
        Contender first = contender("renewed");
        Contender second = contender("renewed");
        pursue(first, "first");
        pursue(second, "second");

        assertThat(events).containsExactly("first got");
        assertThat(first.later()).singleElement().satisfies(later -> assertThat(later.delayMillis())
                .isEqualTo(30_000));
        assertThat(second.later()).singleElement().satisfies(later -> assertThat(later.delayMillis())
                .isEqualTo(20_000));
        first.runNext();
        second.runNext();

        assertThat(events).containsExactly("first got");
        first.lock().release();
        second.runNext();

        assertThat(events).containsExactly("first got", "second got");
        first.runNext();
        assertThat(first.later()).as("renewals after a release").isEmpty();
    }

    @Test
    void hostsOfTwoIdsHaveALockEach() {
        pursue(contender("one-app"), "first");
        pursue(contender("another-app"), "second");

        assertThat(events).containsExactly("first got", "second got");
    }

    @Test
    void aLockTakenAwayIsGivenUpAtTheNextRenewal() {
        Contender first = contender("broken");
        pursue(first, "first");
        var blob = blobs().getBlobClient("locks/broken/Host.Functions.T.Listener");
        assertThat(blob.getProperties().getLeaseState()).isEqualTo(LeaseStateType.LEASED);

        new BlobLeaseClientBuilder().blobClient(blob).buildClient().breakLease();
        first.runNext();

        assertThat(events).containsExactly("first got", "first lost");
        first.runNext();
        assertThat(events).containsExactly("first got", "first lost");
    }

    private void pursue(Contender contender, String name) {
        contender.lock().pursue(() -> events.add(name + " got"), () -> events.add(name + " lost"));
    }

    private static Contender contender(String hostId) {
        List<Later> later = new ArrayList<>();
        ScheduledExecutorService scheduler = mock(ScheduledExecutorService.class);
        when(scheduler.schedule(any(Runnable.class), anyLong(), any())).thenAnswer(call -> {
            later.add(new Later(call.getArgument(0), call.getArgument(1)));
            return mock(ScheduledFuture.class);
        });
        return new Contender(
                new ListenerLock(blobs(), hostId, "Functions.T", OPTIONS, scheduler, mock(Console.class)), later);
    }

    private static BlobContainerClient blobs() {
        return StorageClients.hostBlobs(azurite.connectionString());
    }
}
