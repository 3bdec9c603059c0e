package dev.soliton.chaos;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A test's decision about each call; asked once for each, one at a time, in the order of their numbers. */
@FunctionalInterface
public interface Plan {

    /** No faults. */
    Plan NONE = call -> Fault.FORWARD;

    Fault decide(Call call);

    /** The fault for each call that matches. */
    static Plan each(Predicate<Call> match, Fault fault) {
        return call -> match.test(call) ? fault : Fault.FORWARD;
    }

    /** The fault for the first call that matches, and only for that one. */
    static Plan first(Predicate<Call> match, Fault fault) {
        return nth(1, match, fault);
    }

    /** The fault for the n-th call that matches, counted from 1 and from when the plan was made. */
    static Plan nth(int n, Predicate<Call> match, Fault fault) {
        if (n < 1) {
            throw new IllegalArgumentException("counted from 1: " + n);
        }
        AtomicInteger matches = new AtomicInteger();
        return call -> match.test(call) && matches.incrementAndGet() == n ? fault : Fault.FORWARD;
    }

    /** Both plans see every call; the first one's fault wins. */
    default Plan and(Plan other) {
        return call -> {
            Fault mine = decide(call);
            Fault others = other.decide(call);
            return mine instanceof Fault.Forward ? others : mine;
        };
    }
}
