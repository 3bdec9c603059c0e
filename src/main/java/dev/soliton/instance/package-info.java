/**
 * The domain of singleton instances: what they are, how they are started and looked at, and the ports to what stores
 * them. Nothing here knows a storage product.
 */
@NullMarked
package dev.soliton.instance;

import org.jspecify.annotations.NullMarked;
