/**
 * The sample of docs/porting.md, as it is after the port: an app as its author writes it, and a test of it. It is not marked
 * for nullness, as most apps are not.
 */
package dev.soliton.porting;
