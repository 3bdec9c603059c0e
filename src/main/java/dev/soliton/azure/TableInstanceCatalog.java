package dev.soliton.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.rest.PagedResponse;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import dev.soliton.orchestration.ParentInstance;
import dev.soliton.store.CatalogEntry;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InvalidContinuationException;
import dev.soliton.store.PurgeableRow;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WaitingForJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of the instances in an Azure table. A page is one query for the instance rows of all partitions. It
 * fetches only the columns that are shown. The service filters, and may cut a page anywhere.
 *
 * <p>The service reads each row of the table on its way, those of journals too, and ends a page after five seconds.
 * After a page with results, the next query asks for the IDs after the last one found, which skips the rest of that
 * instance's journal. After a page without results it goes on where the service stopped.
 */
public final class TableInstanceCatalog implements InstanceCatalog {
    /** Prefix of a continuation that is a token of the service. */
    private static final String TOKEN = "1;";

    /** Prefix of a continuation that is the ID of the last instance of the previous page. */
    private static final String AFTER = "2;";

    /** The service's answers to a request that it cannot read, or cannot even receive. */
    private static final Set<Integer> REFUSED = Set.of(400, 414);

    private static final List<String> PURGEABLE_COLUMNS =
            List.of("PartitionKey", "RowKey", "Timestamp", "executionId", "generation", "number", "tombstone");

    private final TableClient table;

    /**
     * Creates the catalog of a hub.
     *
     * @param hub the prefix of the table's name
     */
    public TableInstanceCatalog(StorageAccount account, String hub) {
        table = account.tables().getTableClient(hub + "Instances");
    }

    @Override
    public Page read(InstanceFilter filter, int limit, Set<Detail> details, @Nullable String continuation) {
        String begin = continuation == null ? null : decode(continuation);
        String token = begin != null && begin.startsWith(TOKEN) ? begin.substring(TOKEN.length()) : null;
        String after = begin != null && token == null ? begin.substring(AFTER.length()) : null;
        ListEntitiesOptions options = new ListEntitiesOptions()
                .setFilter(CatalogQuery.filter(filter, after))
                .setSelect(columns(details))
                .setTop(limit);
        try {
            Iterator<PagedResponse<TableEntity>> pages = (token == null
                            ? table.listEntities(options, null, null).iterableByPage()
                            : table.listEntities(options, null, null).iterableByPage(token))
                    .iterator();
            if (!pages.hasNext()) {
                return new Page(List.of(), null);
            }
            PagedResponse<TableEntity> page = pages.next();
            List<TableEntity> rows = page.getValue();
            List<CatalogEntry> entries = rows.stream()
                    .flatMap(row -> EntityColumns.tryRead(row, TableInstanceCatalog::entry).stream())
                    .filter(entry -> filter.accepts(InstanceFilter.Seen.of(entry)))
                    .toList();
            String next = page.getContinuationToken();
            return new Page(entries, next == null ? null : encode(rows.isEmpty() ? TOKEN + next : AFTER + last(rows)));
        } catch (HttpResponseException e) {
            int status = e.getResponse() == null ? 0 : e.getResponse().getStatusCode();
            if (StorageFailures.isWithoutTable(e)) {
                return new Page(List.of(), null); // there is no table yet
            }
            if (continuation != null && REFUSED.contains(status)) {
                throw new InvalidContinuationException(e);
            }
            throw StorageFailures.of("Listing instances", e);
        } catch (RuntimeException e) {
            throw StorageFailures.of("Listing instances", e);
        }
    }

    @Override
    public String continuationAfter(CatalogEntry entry) {
        return encode(AFTER + entry.key().instanceId());
    }

    @Override
    public List<PurgeableRow> purgeableRows(String instanceId) {
        ListEntitiesOptions options = new ListEntitiesOptions()
                .setFilter("PartitionKey eq " + CatalogQuery.quoted(instanceId))
                .setSelect(PURGEABLE_COLUMNS);
        try {
            return table.listEntities(options, null, null).stream()
                    .flatMap(row -> EntityColumns.tryRead(row, InstanceEntities::purgeableRow).stream())
                    .toList();
        } catch (HttpResponseException e) {
            if (StorageFailures.isWithoutTable(e)) {
                return List.of(); // there is no table yet
            }
            throw StorageFailures.of("Listing the rows of instance '" + instanceId + "'", e);
        } catch (RuntimeException e) {
            throw StorageFailures.of("Listing the rows of instance '" + instanceId + "'", e);
        }
    }

    private static List<String> columns(Set<Detail> details) {
        List<String> columns = new ArrayList<>(List.of(
                "PartitionKey",
                "RowKey",
                "executionId",
                "generation",
                "runtimeStatus",
                "owner",
                "createdAt",
                "updatedAt",
                "startAt",
                "codeVersion",
                "parentInstanceId",
                "parentExecutionId"));
        Stream.of("name", "reason", "customStatus", "waitingFor")
                .flatMap(EntityTexts::columns)
                .forEach(columns::add);
        if (details.contains(Detail.INPUT)) {
            columns.addAll(List.of("input", "inputBlob"));
        }
        if (details.contains(Detail.OUTPUT)) {
            columns.addAll(List.of("output", "outputBlob"));
        }
        return columns;
    }

    private static CatalogEntry entry(TableEntity entity) {
        return new CatalogEntry(
                EntityColumns.text(entity, "name"),
                InstanceEntities.executionKey(entity),
                RuntimeStatus.of(EntityColumns.text(entity, "runtimeStatus")),
                EntityTexts.get(entity, "owner"),
                EntityColumns.payload(entity, "input"),
                EntityColumns.payload(entity, "output"),
                EntityTexts.get(entity, "customStatus"),
                EntityTexts.get(entity, "reason"),
                EntityColumns.time(entity, "createdAt"),
                EntityColumns.time(entity, "updatedAt"),
                entity.getProperty("startAt") == null ? null : EntityColumns.time(entity, "startAt"),
                parent(entity),
                WaitingForJson.read(EntityTexts.get(entity, "waitingFor")),
                InstanceEntities.codeVersion(entity));
    }

    private static @Nullable ParentInstance parent(TableEntity entity) {
        String instanceId = EntityTexts.get(entity, "parentInstanceId");
        return instanceId == null
                ? null
                : new ParentInstance(instanceId, EntityColumns.text(entity, "parentExecutionId"));
    }

    private static String last(List<TableEntity> rows) {
        return rows.get(rows.size() - 1).getPartitionKey();
    }

    /** Tokens and IDs may contain characters that not every header accepts. */
    private static String encode(String begin) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(begin.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String continuation) {
        String begin;
        try {
            begin = new String(Base64.getUrlDecoder().decode(continuation), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notOurs) {
            throw new InvalidContinuationException(notOurs);
        }
        if (!begin.startsWith(TOKEN) && !begin.startsWith(AFTER)) {
            throw new InvalidContinuationException(null);
        }
        return begin;
    }
}
