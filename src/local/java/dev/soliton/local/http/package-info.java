/**
 * The HTTP/1.1 server of the local host. Netty moves the bytes; what is accepted, what is refused with which status and how an
 * answer looks on the wire are Kestrel's rules, on which the real host runs.
 */
@NullMarked
package dev.soliton.local.http;

import org.jspecify.annotations.NullMarked;
