package dev.soliton.chaos;

import java.util.Map;

/**
 * One request to the storage, as the proxy saw it; a retry by an SDK is another call.
 *
 * @param number counts the proxy's calls from 1, in the order in which they were complete
 * @param service which of the services
 * @param method in capitals
 * @param path after the account, decoded: {@code /table(PartitionKey='p',RowKey='r')}
 * @param query not decoded; empty where there is none
 * @param headers by name, whatever its case
 * @param body the beginning, up to 64 Ki characters; not cleaned of keys or values
 */
public record Call(
        int number,
        StorageService service,
        String method,
        String path,
        String query,
        Map<String, String> headers,
        String body) {

    public CallKind kind() {
        return CallKind.of(service, method, path, query);
    }

    public boolean is(CallKind kind) {
        return kind() == kind;
    }

    /** Whether the path, the query or the beginning of the body holds this text. */
    public boolean mentions(String text) {
        return path.contains(text) || query.contains(text) || body.contains(text);
    }

    /** One line for a failed assertion. */
    @Override
    public String toString() {
        return "#" + number + " " + kind() + " " + method + " " + path + (query.isEmpty() ? "" : "?" + query);
    }
}
