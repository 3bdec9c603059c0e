package dev.soliton.engine.replay;

import dev.soliton.store.ExecutionKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** UUIDs that are derived from a name, and so the same in every replay: version 5 of RFC 9562. */
enum NameBasedUuid {
    /** The values of {@code newUuid}. */
    VALUE("6b2f5b6e-4a0c-4a53-9d6c-2f8e7a1d3c90"),
    /** The instance IDs of sub-orchestrations whose caller gave none. */
    INSTANCE("d1c7a9f4-0e35-4b7a-8f19-5c6b3e2a7d48");

    // The namespaces are part of the stored format: another namespace would make another replay.
    private final UUID namespace;

    NameBasedUuid(String namespace) {
        this.namespace = UUID.fromString(namespace);
    }

    /** The UUID for a number in a generation of an execution. */
    UUID of(ExecutionKey key, int number) {
        return of(key.executionId() + ":" + key.generation() + ":" + number);
    }

    /** The UUID for a name. */
    UUID of(String name) {
        ByteBuffer hash = ByteBuffer.wrap(sha1(name));
        long high = (hash.getLong() & 0xffff_ffff_ffff_0fffL) | 0x5000L;
        long low = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    private byte[] sha1(String name) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(namespace.getMostSignificantBits())
                    .putLong(namespace.getLeastSignificantBits())
                    .flip());
            return digest.digest(name.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-1.", impossible);
        }
    }
}
