package dev.soliton.client;

/**
 * The outcome of a purge of many instances.
 *
 * @param purged how many instances are gone
 * @param isWhole whether all were read; if not, time was up
 */
public record PurgeSummary(int purged, boolean isWhole) {}
