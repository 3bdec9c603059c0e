package dev.soliton.examples;

/**
 * A row that is not imported.
 *
 * @param line the line of the file, from 1, on which the row begins; a quoted field may span lines
 * @param sku what its SKU field says; empty if nothing
 * @param reason what is wrong with it
 */
record RejectedRow(long line, String sku, String reason) {}
