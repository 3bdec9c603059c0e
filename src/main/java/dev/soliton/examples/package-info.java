/**
 * The app's own orchestrators and activities: the part to edit. {@link dev.soliton.examples.AppRegistry} names them all.
 *
 * <p>Examples: {@link dev.soliton.examples.HelloCities}, {@link dev.soliton.examples.ImportCatalog}, {@link
 * dev.soliton.examples.Counter}, {@link dev.soliton.examples.WatchUrl}, {@link dev.soliton.examples.OrderSaga} and {@link
 * dev.soliton.examples.ParallelThumbnails}.
 */
@NullMarked
package dev.soliton.examples;

import org.jspecify.annotations.NullMarked;
