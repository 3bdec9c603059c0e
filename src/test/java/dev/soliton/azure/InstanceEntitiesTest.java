package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.data.tables.models.TableEntity;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.RowChange;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rows in the table, as other versions have left them. */
final class InstanceEntitiesTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void rowOfAVersionThatSentNothingToOthersCanBeRead() {
        InstanceRow row = InstanceRow.pending(new ExecutionKey("id", "execution", 0), "Job", null, null, NOW, "commit");
        TableEntity written = InstanceEntities.actions("id", new RowChange.InsertInstance(row))
                .findFirst()
                .orElseThrow()
                .getEntity();
        TableEntity old = new TableEntity("id", "instance").addProperty("odata.etag", "etag");
        for (Map.Entry<String, Object> property : written.getProperties().entrySet()) {
            if (!property.getKey().equals("delivered")) {
                old.addProperty(property.getKey(), property.getValue());
            }
        }
        assertThat(InstanceEntities.instance(old).row()).isEqualTo(row);
    }
}
