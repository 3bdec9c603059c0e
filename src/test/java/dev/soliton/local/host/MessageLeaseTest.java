package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.azure.core.http.HttpResponse;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueMessageItem;
import com.azure.storage.queue.models.QueueStorageException;
import com.azure.storage.queue.models.UpdateMessageResult;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

final class MessageLeaseTest {

    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final List<Runnable> renewals = new ArrayList<>();
    private final List<Duration> delays = new ArrayList<>();
    private final QueueClient queue = mock(QueueClient.class);
    private final HeldMessages.Note note = mock(HeldMessages.Note.class);
    private final MessageLease lease = new MessageLease(
            queue,
            new QueueMessageItem().setMessageId("id").setPopReceipt("first"),
            note,
            TEN_MINUTES,
            scheduler(),
            mock(Console.class));

    @Test
    void point18IsRenewedAtHalfItsLengthWithTheLatestReceipt() {
        when(queue.updateMessage("id", "first", null, TEN_MINUTES))
                .thenReturn(new UpdateMessageResult("second", OffsetDateTime.MIN));
        when(queue.updateMessage("id", "second", null, TEN_MINUTES))
                .thenReturn(new UpdateMessageResult("third", OffsetDateTime.MIN));
        lease.start();
        renew();
        renew();

        assertThat(lease.end()).isEqualTo("third");
        InOrder receipts = inOrder(note);
        receipts.verify(note).renewed("second");
        receipts.verify(note).renewed("third");
        assertThat(delays).containsExactly(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(5));
        renew();
        assertThat(renewals).as("renewals after the end").isEmpty();
    }

    @Test
    void afterFailuresItIsTriedAtHalfTheIntervalButNotBelowAMinute() {
        when(queue.updateMessage("id", "first", null, TEN_MINUTES)).thenThrow(new IllegalStateException("no answer"));
        lease.start();
        renew();
        renew();
        renew();

        assertThat(delays)
                .containsExactly(
                        Duration.ofMinutes(5), Duration.ofSeconds(150), Duration.ofSeconds(75), Duration.ofMinutes(1));
    }

    @Test
    void aMessageThatIsGoneIsNotRenewedAgain() {
        HttpResponse notFound = mock(HttpResponse.class);
        when(notFound.getStatusCode()).thenReturn(404);
        when(queue.updateMessage("id", "first", null, TEN_MINUTES))
                .thenThrow(new QueueStorageException("gone", notFound, null));
        lease.start();
        renew();

        assertThat(renewals).isEmpty();
        assertThat(lease.end()).isEqualTo("first");
    }

    private void renew() {
        renewals.remove(0).run();
    }

    private ScheduledExecutorService scheduler() {
        ScheduledExecutorService scheduler = mock(ScheduledExecutorService.class);
        when(scheduler.schedule(any(Runnable.class), anyLong(), any())).thenAnswer(call -> {
            renewals.add(call.getArgument(0));
            delays.add(Duration.ofMillis(call.getArgument(1)));
            return mock(ScheduledFuture.class);
        });
        return scheduler;
    }
}
