package dev.soliton.examples;

import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.ActivityContext;

/** The activity that greets one name. */
final class SayHello implements Activity {
    static final String NAME = "SayHello";

    @Override
    public String run(ActivityContext context) {
        return "Hello " + context.getInput(String.class) + "!";
    }
}
