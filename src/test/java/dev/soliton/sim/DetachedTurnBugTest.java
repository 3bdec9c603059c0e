package dev.soliton.sim;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the simulator would find what can be wrong about turns that go on without their message. */
@Tag("simulation")
final class DetachedTurnBugTest {

    @ParameterizedTest
    @EnumSource
    void eachBugOfADetachedTurnIsFound(DetachedTurnBugs bug) {
        BugHunt.find(bug);
    }
}
