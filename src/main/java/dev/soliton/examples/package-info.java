/**
 * The examples, which {@link dev.soliton.examples.Examples} registers. They are a jar of their own, which no app needs.
 *
 * <p>There are {@link dev.soliton.examples.HelloCities}, {@link dev.soliton.examples.ImportCatalog}, {@link
 * dev.soliton.examples.Counter}, {@link dev.soliton.examples.WatchUrl}, {@link dev.soliton.examples.OrderSaga} and {@link
 * dev.soliton.examples.ParallelThumbnails}.
 */
@NullMarked
package dev.soliton.examples;

import org.jspecify.annotations.NullMarked;
