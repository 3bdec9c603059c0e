package dev.soliton.azure;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answers to the parts of a table transaction, as they came over the wire. The client's own result has the statuses
 * but not the ETags, and of a failed transaction not even the status.
 */
final class TransactionAnswer {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})\\b.*");
    private static final Pattern ETAG = Pattern.compile("etag: *(.+)", Pattern.CASE_INSENSITIVE);

    private List<Part> parts = List.of();

    /**
     * The answer to one part.
     *
     * @param etag the written row's ETag, empty if there is none
     */
    record Part(int status, String etag) {}

    /** The answers in the order of the changes; of a failed transaction there is one, the failure's. */
    List<Part> parts() {
        return parts;
    }

    /** Takes in the body of a multipart answer. */
    void read(String body) {
        List<Part> found = new ArrayList<>();
        boolean headers = false;
        for (String line : body.lines().toList()) {
            Matcher status = STATUS.matcher(line);
            Matcher etag = ETAG.matcher(line);
            if (status.matches()) {
                found.add(new Part(Integer.parseInt(status.group(1)), ""));
                headers = true;
            } else if (line.isEmpty()) {
                headers = false;
            } else if (headers && etag.matches()) {
                int last = found.size() - 1;
                found.set(last, new Part(found.get(last).status(), etag.group(1).strip()));
            }
        }
        parts = List.copyOf(found);
    }
}
