package dev.soliton.examples;

/**
 * One version of a blob, which stays the same or is gone.
 *
 * @param name where the blob is
 * @param etag changes whenever the blob is written
 */
record BlobVersion(BlobName name, String etag) {}
