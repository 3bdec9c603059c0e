package dev.soliton.local.http;

import org.jspecify.annotations.Nullable;

/** A request that is answered with a bare status, after which the connection closes. */
final class RequestRefused extends Exception {

    private final int status;
    private final @Nullable String allow;

    RequestRefused(int status) {
        this(status, null);
    }

    /** Refuses a method where only another one is allowed. */
    RequestRefused(int status, @Nullable String allow) {
        super("HTTP " + status, null, false, false);
        this.status = status;
        this.allow = allow;
    }

    HttpReply reply() {
        HttpReply reply = HttpReply.empty(status);
        return allow == null ? reply : reply.with("Allow", allow);
    }
}
