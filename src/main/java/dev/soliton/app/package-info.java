/**
 * The app's own orchestrators and activities: the part to edit. {@link dev.soliton.app.AppRegistry} names them all.
 *
 * <p>Examples: {@link dev.soliton.app.HelloCities}, {@link dev.soliton.app.ImportCatalog}, {@link
 * dev.soliton.app.Counter}, {@link dev.soliton.app.WatchUrl}, {@link dev.soliton.app.OrderSaga} and {@link
 * dev.soliton.app.ParallelThumbnails}.
 */
@NullMarked
package dev.soliton.app;

import org.jspecify.annotations.NullMarked;
