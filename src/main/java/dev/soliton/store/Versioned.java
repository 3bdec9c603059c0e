package dev.soliton.store;

/**
 * A row as it was read.
 *
 * @param etag changes with every write of the row
 */
public record Versioned<T>(T row, String etag) {}
