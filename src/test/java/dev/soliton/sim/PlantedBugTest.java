package dev.soliton.sim;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the simulator would find what it looks for: each of these bugs comes out within some hundred seeds. */
@Tag("full")
final class PlantedBugTest {
    @ParameterizedTest
    @EnumSource
    void eachPlantedBugIsFound(PlantedBugs bug) {
        BugHunt.find(bug);
    }

    @ParameterizedTest
    @EnumSource
    void eachPlantedBugIsFoundInALargerWorld(LargerWorldBugs bug) {
        BugHunt.find(bug);
    }
}
