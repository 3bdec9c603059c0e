package dev.soliton.sim;

import org.jspecify.annotations.Nullable;

/**
 * A call of a process to the storage.
 *
 * @param instanceId which instance it is about; empty if it is about none
 * @param subject what it is about: the changes of a write, the message that is put
 */
record Call(SimProcess process, Verb verb, String instanceId, @Nullable Object subject) {

    /** What fails together, when it does. */
    enum Service {
        TABLE,
        QUEUE,
        BLOBS
    }

    /** What is asked of the storage. */
    enum Verb {
        FIND,
        FIND_RECEIPT,
        LOAD,
        LOAD_WITHOUT_JOURNAL,
        WRITE,
        PUT,
        TAKE_BACK,
        SAVE,
        FETCH,
        DISCARD,
        RECEIVE,
        DELETE,
        REGISTER,
        RENEW,
        MARK,
        DEREGISTER,
        STATE,
        DECLARE_DEAD,
        LIST,
        REMOVE,
        SCAN;

        /** Whether it changes anything. */
        boolean changes() {
            return switch (this) {
                case FIND, FIND_RECEIPT, LOAD, LOAD_WITHOUT_JOURNAL, FETCH, STATE, LIST, SCAN -> false;
                case WRITE, PUT, TAKE_BACK, SAVE, DISCARD, RECEIVE, DELETE -> true;
                case REGISTER, RENEW, MARK, DEREGISTER, DECLARE_DEAD, REMOVE -> true;
            };
        }

        /** Which service it is asked of. */
        Service service() {
            return switch (this) {
                case FIND, FIND_RECEIPT, LOAD, LOAD_WITHOUT_JOURNAL, WRITE, SCAN -> Service.TABLE;
                case PUT, TAKE_BACK, RECEIVE, DELETE -> Service.QUEUE;
                case SAVE, FETCH, DISCARD -> Service.BLOBS;
                case REGISTER, RENEW, MARK, DEREGISTER, STATE, DECLARE_DEAD, LIST, REMOVE -> Service.BLOBS;
            };
        }

        /** Whether the host makes it, and not the app. */
        boolean isTheHosts() {
            return this == RECEIVE || this == DELETE;
        }
    }

    @Override
    public String toString() {
        return process.name() + " " + verb + " " + Words.of(this);
    }
}
