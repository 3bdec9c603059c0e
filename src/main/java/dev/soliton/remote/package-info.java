/**
 * The way to a hub from outside of its function app: from a console tool, another service, a test. It uses {@code client} and
 * {@code azure}.
 */
@NullMarked
@PublicApi
package dev.soliton.remote;

import dev.soliton.orchestration.PublicApi;
import org.jspecify.annotations.NullMarked;
