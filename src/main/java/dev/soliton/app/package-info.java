/**
 * The app's own orchestrators and activities: the part to edit. {@link dev.soliton.app.AppRegistry} names them all;
 * {@link dev.soliton.app.HelloCities} and {@link dev.soliton.app.ImportCatalog} are examples.
 */
@NullMarked
package dev.soliton.app;

import org.jspecify.annotations.NullMarked;
