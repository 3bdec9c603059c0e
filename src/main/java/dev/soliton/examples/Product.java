package dev.soliton.examples;

import java.math.BigDecimal;

/**
 * A product of a supplier.
 *
 * @param sku the supplier's number for it
 * @param name what it is called
 * @param price for one, with at most four decimals
 * @param currency of the price, by ISO 4217
 * @param stock how many there are
 */
record Product(String sku, String name, BigDecimal price, String currency, int stock) {}
