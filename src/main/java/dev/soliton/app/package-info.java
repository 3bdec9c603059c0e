/**
 * How an app tells Soliton what it can run. It uses {@code orchestration}, and gives out clients of the Azure SDK.
 */
@NullMarked
package dev.soliton.app;

import org.jspecify.annotations.NullMarked;
