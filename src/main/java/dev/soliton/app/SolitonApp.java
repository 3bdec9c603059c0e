package dev.soliton.app;

import dev.soliton.orchestration.Registry;

/**
 * What an app can run: it gives each of its orchestrators and activities a name.
 *
 * <p>Soliton finds the implementations with {@link java.util.ServiceLoader}: the resource
 * {@code META-INF/services/dev.soliton.app.SolitonApp} names the class, which is public and has a public constructor without
 * parameters. There can be several, in one jar or in many; what all of them register is one app.
 *
 * <p>A name stays in the history of instances. Renaming an orchestrator or activity strands the instances that still use
 * it, so add a new name and keep the old one until they have ended.
 */
public interface SolitonApp {

    /**
     * Registers orchestrators and activities. Soliton calls this once per process, before the first request is answered.
     * If it throws, or registers a name that another app has registered, every request is answered with the reason, and the
     * next request tries again. It makes no requests: what it needs for that it keeps for its activities.
     *
     * @param registry takes the names
     * @param environment what the activities may need
     */
    void register(Registry registry, AppEnvironment environment);
}
