package dev.soliton.engine;

import dev.soliton.instance.Waits;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What is not the same twice.
 *
 * @param clock tells the time
 * @param ids gives a fresh unique ID at each call
 * @param waits lets time pass
 */
public record Platform(InstantSource clock, Supplier<String> ids, Waits waits) {}
