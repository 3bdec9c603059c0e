package dev.soliton.engine.commit;

import dev.soliton.store.InstanceRow;
import dev.soliton.store.Versioned;

/**
 * The instance as a turn knows it: as it was read or last written. The {@link FencedRow} replaces the view at each
 * write; the {@link InstanceSession} shows the same one.
 *
 * @param worker the worker that runs the turn
 */
record InstanceView(Versioned<InstanceRow> instance, String worker) {

    InstanceRow row() {
        return instance.row();
    }

    /** The ETag that a message names as its base if the next write makes it true. */
    String etag() {
        return instance.etag();
    }

    /** Whether the worker owns the instance. */
    boolean isClaimed() {
        return worker.equals(row().ownership().owner());
    }

    /** The view after a write of this row. */
    InstanceView written(InstanceRow row, String etag) {
        return new InstanceView(new Versioned<>(row, etag), worker);
    }

    /** The view after another writer changed nothing but the ETag. */
    InstanceView touched(String etag) {
        return written(row(), etag);
    }
}
