package dev.soliton.chaos;

import java.util.concurrent.CompletableFuture;

/**
 * A call, or its answer, that the proxy holds back.
 *
 * <p>It does not matter to a call parked before it was forwarded whether its caller lives when it is released: it
 * reaches the storage late, as a packet of a dead process may.
 */
public final class Parked {

    private final Call call;
    private final CompletableFuture<Boolean> goesOn = new CompletableFuture<>();

    Parked(Call call) {
        this.call = call;
    }

    public Call call() {
        return call;
    }

    /** Lets it go on its way. */
    public void release() {
        goesOn.complete(true);
    }

    /** Closes its connection instead. */
    public void drop() {
        goesOn.complete(false);
    }

    boolean awaitGoesOn() {
        return goesOn.join();
    }
}
