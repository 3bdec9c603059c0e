package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.storage.queue.QueueClient;
import dev.soliton.store.QueueLevels;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How much is in the queues of a hub, as the service says. */
@Tag("integration")
final class StorageQueueLevelsIT {
    private final String hub = AzuriteAccount.freshHub();
    private final WorkQueue queue = new StorageWorkQueue(AzuriteAccount.shared(), hub);
    private final QueueLevels levels = new StorageQueueLevels(AzuriteAccount.shared(), hub);

    @Test
    void hubWithoutQueuesHasNothingInThem() {
        assertThat(levels.waiting()).isZero();
        assertThat(levels.poisoned()).isZero();
        assertThat(levels.oldestSince()).isEmpty();
    }

    @Test
    void delayedMessagesCountAndAreNotTheOldest() {
        queue.put(WorkMessage.wake("x", "e", null), Duration.ofHours(1));
        assertThat(levels.waiting()).isEqualTo(1);
        assertThat(levels.oldestSince()).isEmpty();
        Instant before = Instant.now().minusSeconds(2);
        queue.put(WorkMessage.wake("y", "e", null), Duration.ZERO);
        assertThat(levels.waiting()).isEqualTo(2);
        assertThat(levels.oldestSince().orElseThrow())
                .isBetween(before, Instant.now().plusSeconds(2));
    }

    @Test
    void timerCountsFromWhenItWasDueAndWhatIsNoMessageFromWhenItWasPut() {
        Instant due = Instant.now().plusSeconds(3_600);
        queue.put(WorkMessage.timer("x", "e", due, null), Duration.ZERO);
        assertThat(levels.oldestSince()).hasValue(due);
        AzuriteAccount.shared().queues().getQueueClient(hub + "-orchestrations").sendMessage("no message");
        assertThat(levels.oldestSince().orElseThrow()).isBefore(due);
    }

    @Test
    void poisonedMessagesAreCountedApart() {
        QueueClient poison = AzuriteAccount.shared().queues().getQueueClient(hub + "-orchestrations-poison");
        poison.create();
        poison.sendMessage("a");
        poison.sendMessage("b");
        assertThat(levels.poisoned()).isEqualTo(2);
        assertThat(levels.waiting()).isZero();
    }

    @Test
    void answerOfAnotherSourceIsAFailureAndNoEmptyQueue() {
        FaultyWire wire = new FaultyWire();
        QueueLevels broken = new StorageQueueLevels(AzuriteAccount.through(wire), hub);
        // From another source, a proxy say: it does not speak of the queue.
        wire.next(1, new FaultyWire.Fault.Refused(404, Map.of()));
        assertThatThrownBy(broken::waiting).isInstanceOf(StorageException.class);
    }
}
