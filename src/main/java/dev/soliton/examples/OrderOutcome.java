package dev.soliton.examples;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The output of {@link OrderSaga}: what became of an order.
 *
 * @param state how it ended
 * @param total what it costs, in all
 * @param parcel the number of the parcel; null if there is none
 * @param approvedBy who approved it; null if that was not needed, or nobody did
 * @param reason why it was not shipped; null if it was
 * @param undone the activities that undid what had been done, in their order
 */
record OrderOutcome(
        State state,
        String total,
        @Nullable String parcel,
        @Nullable String approvedBy,
        @Nullable String reason,
        List<String> undone) {

    /** How an order ends. */
    enum State {
        /** It is on its way. */
        SHIPPED,
        /** A step could not be done. */
        CANCELLED,
        /** Somebody refused it. */
        REFUSED,
        /** Nobody approved it in time. */
        EXPIRED
    }
}
