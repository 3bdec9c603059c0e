package dev.soliton.functions;

import dev.soliton.engine.runtime.HostLog;
import dev.soliton.store.Waits;
import java.util.concurrent.Executor;

/** Links to a host that is there. */
final class Links {
    private Links() {}

    /** One whose log takes each line at once. */
    static HostLink direct() {
        return writingBy(Runnable::run);
    }

    /** One whose log is written by other threads. */
    static HostLink writingBy(Executor threads) {
        Waits waits = Waits.ofTheSystem();
        return new HostLink(new HostWatch(() -> true, waits, () -> {}), new HostLog(threads, waits, () -> {}));
    }
}
