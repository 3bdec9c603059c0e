package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.data.tables.models.TableEntity;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
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

    @Test
    void claimOfAVersionThatNotedNoTimeCanBeRead() {
        InstanceRow pending = InstanceRow.pending(new ExecutionKey("id", "execution", 0), "Job", null, null, NOW, "c");
        InstanceRow row = pending.changed(
                RuntimeStatus.RUNNING,
                pending.ownership().claimedBy("worker", "nonce", NOW.plusMillis(1_500)),
                pending.values(),
                NOW,
                "claim");
        TableEntity written = InstanceEntities.actions("id", new RowChange.ReplaceInstance(row, "etag"))
                .findFirst()
                .orElseThrow()
                .getEntity();
        assertThat(InstanceEntities.instance(written).row().ownership().claimedAt())
                .isEqualTo(NOW.plusMillis(1_500));
        TableEntity old = new TableEntity("id", "instance").addProperty("odata.etag", "etag");
        written.getProperties().forEach((name, value) -> {
            if (!name.equals("claimedAt")) {
                old.addProperty(name, value);
            }
        });
        Ownership read = InstanceEntities.instance(old).row().ownership();
        assertThat(read.claimedAt()).isNull();
        assertThat(read.nonce()).isEqualTo("nonce");
    }
}
