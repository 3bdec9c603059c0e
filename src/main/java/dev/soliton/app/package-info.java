/**
 * What an app is written against beside its orchestrators: it registers what it can run, and its own functions start
 * instances and answer for them. It uses {@code orchestration} and {@code client}, and gives out clients of the Azure SDK.
 */
@NullMarked
@PublicApi
package dev.soliton.app;

import dev.soliton.orchestration.PublicApi;
import org.jspecify.annotations.NullMarked;
