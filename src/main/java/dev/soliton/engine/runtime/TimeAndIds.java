package dev.soliton.engine.runtime;

import dev.soliton.store.Waits;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What is not the same twice.
 *
 * @param clock tells the time
 * @param ids gives a fresh unique ID at each call
 * @param waits lets time pass
 */
public record TimeAndIds(InstantSource clock, Supplier<String> ids, Waits waits) {}
