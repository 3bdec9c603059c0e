package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Since when a worker has an instance. */
final class OwnershipTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00.123456Z");
    private static final Instant NOTED = Instant.parse("2030-01-01T00:00:00.123Z");

    @Test
    void claimBeginsWhenItIsMadeAndNoLaterWriteOfItsOwnerMovesThat() {
        Ownership claim = Ownership.unowned(7).claimedBy("worker", "nonce", NOW);
        assertThat(claim.claimedAt()).isEqualTo(NOTED);
        assertThat(claim.sharing().claimedAt()).isEqualTo(NOTED);
        assertThat(claim.struck().claimedAt()).isEqualTo(NOTED);
        assertThat(claim.cleared().claimedAt()).isEqualTo(NOTED);
        assertThat(claim.fencedFrom(NOW.plusSeconds(9)).claimedAt()).isEqualTo(NOTED);
    }

    @Test
    void nextClaimBeginsAnewAndNobodyHasOneWithoutAnOwner() {
        Ownership claim = Ownership.unowned(7).claimedBy("worker", "nonce", NOW);
        assertThat(claim.struck().claimedBy("other", "n2", NOW.plusSeconds(60)).claimedAt())
                .isEqualTo(NOTED.plusSeconds(60));
        assertThat(claim.released().claimedAt()).isNull();
        assertThat(Ownership.unowned(7).claimedAt()).isNull();
    }
}
