package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;

/**
 * The outcome of a purge of many instances.
 *
 * @param purged how many instances are gone
 * @param isWhole whether all were read; if not, time was up
 */
@PublicApi
public record PurgeSummary(int purged, boolean isWhole) {}
