package dev.soliton.store;

/**
 * Something that arrived for an execution from outside and is not processed yet.
 *
 * <p>Turns process rows by the time at which the storage got them, see {@link InboxEntry}. The sequence decides between rows
 * of the same time.
 *
 * @param executionId the execution that it is for
 * @param key differs from that of everything else that arrives for that execution; characters that are allowed in a table's key
 * @param sequence grows with each thing that one sender sends
 * @param item what it is
 */
public record InboxRow(String executionId, String key, long sequence, InboxItem item) {}
