package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceId;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.SweepMark;
import dev.soliton.store.SweepMarkContract;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
final class TableSweepMarkIT extends SweepMarkContract {
    private final String hub = AzuriteAccount.freshHub();

    private SweepMark mark() {
        return new TableSweepMark(
                AzuriteAccount.shared(), hub, () -> UUID.randomUUID().toString());
    }

    @Override
    protected SweepMark freshMark() {
        new TableInstanceStore(AzuriteAccount.shared(), hub)
                .write("first", List.of(new RowChange.InsertReceipt(new Receipt("first", "k", "e"))));
        return mark();
    }

    @Test
    void hubWithoutATableHasNoneAndGetsNone() {
        SweepMark mark = mark();
        mark.change();
        assertThat(mark.read()).isEmpty();
        assertThat(mark.changedAt()).isEmpty();
        assertThat(mark.tryChange("")).isNull();
    }

    @Test
    void markIsNoInstance() {
        freshMark().change();
        assertThat(InstanceId.canBegin("@")).isFalse();
        InstanceFilter all = new InstanceFilter(Set.of(), null, null, "", null);
        assertThat(new TableInstanceCatalog(AzuriteAccount.shared(), hub)
                        .read(all, 10, Set.of(), null)
                        .entries())
                .isEmpty();
        List<Object> found = new ArrayList<>();
        new TableStuckScan(AzuriteAccount.shared(), hub).scan(Instant.now().plusSeconds(3_600), null, found::add);
        assertThat(found).isEmpty();
    }
}
