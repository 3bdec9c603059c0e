package dev.soliton.store;

/**
 * Something that came in for an execution from outside and has not been taken in yet.
 *
 * <p>Rows are taken in by the time at which the storage got them, see {@link InboxEntry}. The sequence decides between rows
 * of the same time.
 *
 * @param executionId the execution that it is for
 * @param key tells it from everything else that comes in for that execution; characters that are allowed in a table's key
 * @param sequence grows with each thing that one sender sends
 * @param item what it is
 */
public record InboxRow(String executionId, String key, long sequence, InboxItem item) {}
