package dev.soliton.chaos;

import java.util.regex.Pattern;

/** What a call asks of the storage; what tests have no use for is one of the three {@code …_OTHER}. */
public enum CallKind {
    /** An entity-group transaction. */
    TABLE_BATCH,
    /** One entity by its keys. */
    TABLE_GET,
    /** One page of a query. */
    TABLE_QUERY,
    TABLE_INSERT,
    /** A replace or merge, conditional or not, of one entity. */
    TABLE_UPDATE,
    TABLE_DELETE,
    /** Tables themselves: created, listed, deleted. */
    TABLE_OTHER,

    QUEUE_PUT,
    /** A receive, of up to 32 messages. */
    QUEUE_GET,
    QUEUE_PEEK,
    /** A message's new visibility, and perhaps text. */
    QUEUE_UPDATE,
    QUEUE_DELETE,
    /** Queues themselves. */
    QUEUE_OTHER,

    /** A whole blob, a block of one, or its list of blocks. */
    BLOB_PUT,
    BLOB_GET,
    /** Properties without content. */
    BLOB_HEAD,
    BLOB_DELETE,
    /** Any of acquire, renew, change, release and break; the header {@code x-ms-lease-action} says which. */
    BLOB_LEASE,
    BLOB_METADATA,
    BLOB_LIST,
    /** Containers themselves. */
    BLOB_OTHER;

    private static final Pattern ENTITY = Pattern.compile("/[A-Za-z][A-Za-z0-9]*\\(PartitionKey=.*\\)");
    private static final Pattern QUERY = Pattern.compile("/[A-Za-z][A-Za-z0-9]*(\\(\\))?");
    private static final Pattern MESSAGES = Pattern.compile("/[^/]+/messages");
    private static final Pattern MESSAGE = Pattern.compile("/[^/]+/messages/.+");

    static CallKind of(StorageService service, String method, String path, String query) {
        return switch (service) {
            case TABLE -> ofTable(method, path);
            case QUEUE -> ofQueue(method, path, query);
            case BLOB -> ofBlob(method, path, query);
        };
    }

    private static CallKind ofTable(String method, String path) {
        if (path.equals("/$batch")) {
            return TABLE_BATCH;
        }
        if (path.startsWith("/Tables")) {
            return TABLE_OTHER;
        }
        if (ENTITY.matcher(path).matches()) {
            return switch (method) {
                case "GET" -> TABLE_GET;
                case "DELETE" -> TABLE_DELETE;
                default -> TABLE_UPDATE;
            };
        }
        if (QUERY.matcher(path).matches()) {
            return switch (method) {
                case "GET" -> TABLE_QUERY;
                case "POST" -> TABLE_INSERT;
                default -> TABLE_OTHER;
            };
        }
        return TABLE_OTHER;
    }

    private static CallKind ofQueue(String method, String path, String query) {
        if (MESSAGES.matcher(path).matches()) {
            return switch (method) {
                case "POST" -> QUEUE_PUT;
                case "GET" -> query.contains("peekonly=true") ? QUEUE_PEEK : QUEUE_GET;
                default -> QUEUE_OTHER;
            };
        }
        if (MESSAGE.matcher(path).matches()) {
            return switch (method) {
                case "PUT" -> QUEUE_UPDATE;
                case "DELETE" -> QUEUE_DELETE;
                default -> QUEUE_OTHER;
            };
        }
        return QUEUE_OTHER;
    }

    private static CallKind ofBlob(String method, String path, String query) {
        if (query.contains("restype=container")) {
            return query.contains("comp=list") ? BLOB_LIST : BLOB_OTHER;
        }
        if (path.indexOf('/', 1) < 0) {
            return BLOB_OTHER;
        }
        if (query.contains("comp=lease")) {
            return BLOB_LEASE;
        }
        if (query.contains("comp=metadata")) {
            return BLOB_METADATA;
        }
        return switch (method) {
            case "PUT" -> BLOB_PUT;
            case "GET" -> BLOB_GET;
            case "HEAD" -> BLOB_HEAD;
            case "DELETE" -> BLOB_DELETE;
            default -> BLOB_OTHER;
        };
    }
}
