package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.InstanceCatalogContract;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
final class TableInstanceCatalogIT extends InstanceCatalogContract {
    private final String hub = AzuriteAccount.freshHub();

    @Override
    protected InstanceStore emptyStore() {
        return new TableInstanceStore(AzuriteAccount.shared(), hub);
    }

    @Override
    protected InstanceCatalog catalogOf(InstanceStore of) {
        return new TableInstanceCatalog(AzuriteAccount.shared(), hub);
    }

    @Test
    void letsTheServiceFilterAndSendOnlyWhatIsShown() {
        InstanceRow row = InstanceRow.pending(
                new ExecutionKey("a", "e", 0), "Job", null, null, Instant.parse("2030-01-01T00:00:00Z"), "c");
        emptyStore().write("a", List.of(new RowChange.InsertInstance(row)));
        UrlLog urls = new UrlLog();
        InstanceFilter filter = new InstanceFilter(
                Set.of(RuntimeStatus.PENDING),
                Instant.parse("2029-01-01T00:00:00Z"),
                Instant.parse("2031-01-01T00:00:00Z"),
                "a");
        new TableInstanceCatalog(AzuriteAccount.through(urls), hub).read(filter, 5, Set.of(), null);
        assertThat(urls.seen()).singleElement().satisfies(url -> {
            String query = URLDecoder.decode(url, StandardCharsets.UTF_8);
            assertThat(query)
                    .contains("PartitionKey ge 'a' and PartitionKey lt 'b' and RowKey eq 'instance'"
                            + " and (runtimeStatus eq 'Pending')"
                            + " and createdAt ge datetime'2029-01-01T00:00:00Z'"
                            + " and createdAt lt datetime'2031-01-01T00:00:00.001Z'")
                    .contains("$top=5")
                    .contains("$select=PartitionKey,")
                    .doesNotContain("input", "output", "failure", "commitId");
        });
    }
}
