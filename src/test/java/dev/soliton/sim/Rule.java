package dev.soliton.sim;

import java.util.function.Predicate;

/** What is to happen at a certain call: the n-th that fits. */
final class Rule {
    private final Predicate<Call> calls;
    private final Fault fault;
    private int toGo;
    private boolean applied;

    /** @param number which of the calls that fit, from 1 */
    Rule(Predicate<Call> calls, int number, Fault fault) {
        this.calls = calls;
        this.toGo = number;
        this.fault = fault;
    }

    Fault of(Call call) {
        if (applied || !calls.test(call) || --toGo > 0) {
            return Fault.NONE;
        }
        applied = true;
        return fault;
    }

    /** Whether it came to that. */
    boolean isApplied() {
        return applied;
    }
}
