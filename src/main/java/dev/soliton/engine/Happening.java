package dev.soliton.engine;

import dev.soliton.instance.StorageException;
import org.jspecify.annotations.Nullable;

/** What the threads of a process tell a turn that waits. */
sealed interface Happening permits Activities.Ended, Happening.Knock, Happening.ChildEnded, Happening.ChildLeft {

    /** Something may have come in. */
    record Knock() implements Happening {}

    /**
     * A sub-orchestration that runs in this process has ended. It keeps its owner until its end is committed here.
     *
     * @param id the sequence number of the call
     * @param result what it returned, as JSON
     * @param failure the details of its failure, as JSON; null if it did not fail
     * @param release says that its end is committed
     */
    record ChildEnded(int id, @Nullable String result, @Nullable String failure, Runnable release)
            implements Happening {}

    /**
     * A sub-orchestration runs in this process no longer, and has not ended: its result will come in.
     *
     * @param trouble why nobody else can go on with it but the next owner of its parent; null if somebody can
     */
    record ChildLeft(int id, @Nullable StorageException trouble) implements Happening {}
}
