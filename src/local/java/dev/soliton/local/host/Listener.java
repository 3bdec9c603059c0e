package dev.soliton.local.host;

/** Something that starts invocations without being asked from outside. */
interface Listener {

    void start();

    /** Starts no more invocations; those under way go on. */
    void stop();
}
