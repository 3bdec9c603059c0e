package dev.soliton.engine.runtime;

import dev.soliton.store.Waits;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * The sources of time and of unique IDs.
 *
 * @param clock the wall clock
 * @param ids returns a fresh unique ID at each call
 * @param waits lets time pass
 */
public record TimeAndIds(InstantSource clock, Supplier<String> ids, Waits waits) {}
