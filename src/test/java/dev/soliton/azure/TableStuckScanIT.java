package dev.soliton.azure;

import dev.soliton.store.StuckScanContract;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Tag;

@Tag("integration")
final class TableStuckScanIT extends StuckScanContract {
    @Override
    protected Searched emptyStore() {
        String hub = AzuriteAccount.freshHub();
        return new Searched(
                new TableInstanceStore(AzuriteAccount.shared(), hub),
                new TableStuckScan(AzuriteAccount.shared(), hub),
                Instant.now().truncatedTo(ChronoUnit.MICROS));
    }
}
