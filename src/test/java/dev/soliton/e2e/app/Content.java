package dev.soliton.e2e.app;

import dev.soliton.orchestration.Registry;

/** Something that a test app can run beside what the shipped app has. Found by {@link java.util.ServiceLoader}. */
public interface Content {
    /** Adds its orchestrators and activities. */
    void register(Registry registry);
}
