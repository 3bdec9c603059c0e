package dev.soliton.client;

/**
 * What became of a purge of many instances.
 *
 * @param purged how many are gone
 * @param isWhole whether all were read; if not, time was up
 */
public record PurgeSummary(int purged, boolean isWhole) {}
