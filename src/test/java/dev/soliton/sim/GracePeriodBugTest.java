package dev.soliton.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the simulator would find what can be wrong about how activities are waited for that were told to stop. */
@Tag("simulation")
final class GracePeriodBugTest {

    @ParameterizedTest
    @EnumSource
    void bugIsFoundByTheViolationItCauses(GracePeriodBugs bug) {
        assertThat(BugHunt.find(bug)).contains(bug.seenAs());
    }
}
