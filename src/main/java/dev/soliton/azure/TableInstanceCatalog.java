package dev.soliton.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.rest.PagedResponse;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import dev.soliton.instance.CatalogEntry;
import dev.soliton.instance.InstanceCatalog;
import dev.soliton.instance.InstanceFilter;
import dev.soliton.instance.InvalidContinuationException;
import dev.soliton.instance.Remnant;
import dev.soliton.instance.RuntimeStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of the instances in an Azure table. A page is one query for the instance rows of all partitions, of which
 * only those columns are fetched that are shown; the service filters, and cuts a page where it likes.
 */
public final class TableInstanceCatalog implements InstanceCatalog {
    private static final String TOKEN_BEGIN = "1;";

    private static final List<String> REMNANT_COLUMNS =
            List.of("PartitionKey", "RowKey", "Timestamp", "executionId", "generation", "number", "tombstone");

    private final TableClient table;

    /**
     * The catalog of a hub.
     *
     * @param hub what the table's name begins with
     */
    public TableInstanceCatalog(StorageAccount account, String hub) {
        table = account.tables().getTableClient(hub + "Instances");
    }

    @Override
    public Page read(InstanceFilter filter, int limit, Set<Detail> details, @Nullable String continuation) {
        ListEntitiesOptions options = new ListEntitiesOptions()
                .setFilter(CatalogQuery.filter(filter))
                .setSelect(columns(details))
                .setTop(limit);
        String token = continuation == null ? null : decode(continuation);
        try {
            Iterator<PagedResponse<TableEntity>> pages = (token == null
                            ? table.listEntities(options, null, null).iterableByPage()
                            : table.listEntities(options, null, null).iterableByPage(token))
                    .iterator();
            if (!pages.hasNext()) {
                return new Page(List.of(), null);
            }
            PagedResponse<TableEntity> page = pages.next();
            List<CatalogEntry> entries = page.getValue().stream()
                    .flatMap(row -> EntityColumns.tryRead(row, TableInstanceCatalog::entry).stream())
                    .filter(entry -> filter.accepts(
                            entry.key().instanceId(), entry.status(), entry.createdAt(), entry.updatedAt()))
                    .toList();
            return new Page(entries, page.getContinuationToken() == null ? null : encode(page.getContinuationToken()));
        } catch (HttpResponseException e) {
            int status = e.getResponse() == null ? 0 : e.getResponse().getStatusCode();
            if (status == 404) {
                return new Page(List.of(), null); // there is no table yet
            }
            if (status == 400 && token != null) {
                throw new InvalidContinuationException(e);
            }
            throw StorageFailures.of("Listing instances", e);
        } catch (RuntimeException e) {
            throw StorageFailures.of("Listing instances", e);
        }
    }

    @Override
    public List<Remnant> remnants(String instanceId) {
        ListEntitiesOptions options = new ListEntitiesOptions()
                .setFilter("PartitionKey eq " + CatalogQuery.quoted(instanceId))
                .setSelect(REMNANT_COLUMNS);
        try {
            return table.listEntities(options, null, null).stream()
                    .flatMap(row -> EntityColumns.tryRead(row, InstanceEntities::remnant).stream())
                    .toList();
        } catch (HttpResponseException e) {
            if (e.getResponse() != null && e.getResponse().getStatusCode() == 404) {
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
                "updatedAt"));
        Stream.of("name", "reason", "customStatus")
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
                EntityColumns.time(entity, "updatedAt"));
    }

    /** The service's token has characters that not every header can carry. */
    private static String encode(String token) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((TOKEN_BEGIN + token).getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String continuation) {
        String token;
        try {
            token = new String(Base64.getUrlDecoder().decode(continuation), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notOurs) {
            throw new InvalidContinuationException(notOurs);
        }
        if (!token.startsWith(TOKEN_BEGIN)) {
            throw new InvalidContinuationException(null);
        }
        return token.substring(TOKEN_BEGIN.length());
    }
}
