/**
 * The adapters of the storage ports to Azure Tables, Queues and Blobs, and the connection to the storage account.
 */
@NullMarked
package dev.soliton.azure;

import org.jspecify.annotations.NullMarked;
