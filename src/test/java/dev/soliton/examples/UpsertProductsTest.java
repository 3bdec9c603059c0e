package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.azure.data.tables.TableClient;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.models.TableTransactionAction;
import dev.soliton.orchestration.ActivityContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

final class UpsertProductsTest {
    private final List<List<String>> transactions = new ArrayList<>();
    private boolean cancelledAfterFirst;

    @Test
    void aTransactionTakesAHundred() throws Exception {
        assertThat(upsert(rows(0, 230), List.of(2L, 3L))).isEqualTo(228);
        assertThat(transactions).extracting(List::size).containsExactly(100, 100, 28);
        assertThat(transactions.get(0)).startsWith("A2", "A3");
    }

    @Test
    void aFullLastTransactionIsNotFollowedByAnEmptyOne() throws Exception {
        assertThat(upsert(rows(0, 200), List.of())).isEqualTo(200);
        assertThat(transactions).extracting(List::size).containsExactly(100, 100);
    }

    @Test
    void stopsBetweenTransactionsWhenItIsNotWantedAnyMore() {
        cancelledAfterFirst = true;

        assertThatThrownBy(() -> upsert(rows(0, 230), List.of())).isInstanceOf(CancellationException.class);
        assertThat(transactions).hasSize(1);
    }

    @Test
    void aRowThatValidationShouldHaveRejectedIsNotDroppedInSilence() {
        assertThatThrownBy(() -> upsert(rows(0, 3) + "bad\n", List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("line 5");
        assertThat(transactions).isEmpty();
    }

    private Integer upsert(String rows, List<Long> rejectedLines) throws IOException {
        BlobVersion source = new BlobVersion(new BlobName("catalogs", "acme.csv"), "\"v1\"");
        byte[] bytes = rows.getBytes(StandardCharsets.UTF_8);
        CatalogBlobs blobs = mock(CatalogBlobs.class);
        when(blobs.openRange(any(), anyLong(), anyLong())).thenReturn(new ByteArrayInputStream(bytes));
        TableServiceClient tables = mock(TableServiceClient.class);
        TableClient table = mock(TableClient.class);
        when(tables.getTableClient("Catalog")).thenReturn(table);
        when(table.submitTransaction(any())).thenAnswer(call -> {
            List<TableTransactionAction> actions = call.getArgument(0);
            transactions.add(actions.stream()
                    .map(action -> action.getEntity().getRowKey())
                    .toList());
            return null;
        });
        ActivityContext context = mock(ActivityContext.class);
        when(context.isCancelled()).thenAnswer(call -> cancelledAfterFirst && !transactions.isEmpty());
        when(context.getInput(UpsertProducts.Input.class))
                .thenReturn(new UpsertProducts.Input(
                        "acme", source, ProductRules.COLUMNS, new RowBatch(2, 30, bytes.length, rejectedLines)));
        return new UpsertProducts(tables, blobs).run(context);
    }

    private static String rows(int from, int to) {
        StringBuilder rows = new StringBuilder();
        for (int i = from; i < to; i++) {
            rows.append("A").append(i).append(",Table,1,EUR,1\n");
        }
        return rows.toString();
    }
}
