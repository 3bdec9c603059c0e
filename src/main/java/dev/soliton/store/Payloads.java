package dev.soliton.store;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a JSON text is kept, and finds it again.
 *
 * <p>A large text is stored under a fresh name before the row that refers to it is written. A crash between the two
 * leaves a text that nobody refers to: a waste of some bytes, never a row that refers to nothing.
 */
public final class Payloads {
    /**
     * The longest text that is kept inline, in UTF-16 characters. An Azure table property holds 64 KiB of UTF-16, an
     * entity 1 MiB: several texts of this length fit beside each other, at the price of half a property each.
     */
    public static final int INLINE_LIMIT = 16 * 1024;

    private final PayloadStore store;
    private final Supplier<String> names;
    private final int inlineLimit;
    private final long maxBytes;

    /**
     * Keeps large texts in the store given.
     *
     * @param names a fresh unique name at each call
     * @param maxBytes the largest text, in bytes of UTF-8
     */
    public Payloads(PayloadStore store, Supplier<String> names, long maxBytes) {
        this(store, names, INLINE_LIMIT, maxBytes);
    }

    /**
     * Keeps texts in the store given that are longer than a limit of its own.
     *
     * @param names a fresh unique name at each call
     * @param inlineLimit the longest text that is kept inline, in UTF-16 characters, at most {@link #INLINE_LIMIT}
     * @param maxBytes the largest text, in bytes of UTF-8
     */
    public Payloads(PayloadStore store, Supplier<String> names, int inlineLimit, long maxBytes) {
        this.store = store;
        this.names = names;
        this.inlineLimit = inlineLimit;
        this.maxBytes = maxBytes;
    }

    /**
     * Keeps a text of an execution, and says where.
     *
     * @throws PayloadTooLargeException if it is larger than the app allows
     * @throws StorageException if the storage failed
     */
    public @Nullable Payload save(String instanceId, String executionId, @Nullable String json) {
        if (json == null) {
            return null;
        }
        check(json);
        return saveOwn(instanceId, executionId, json);
    }

    /**
     * Keeps a text that Soliton itself wrote, such as the details of a failure: of whatever size, since there is nobody
     * to refuse it to.
     *
     * @throws StorageException if the storage failed
     */
    public Payload saveOwn(String instanceId, String executionId, String text) {
        String json = Objects.requireNonNull(portable(text));
        if (json.length() <= inlineLimit) {
            return new Payload.Inline(json);
        }
        String name = folderOf(instanceId, executionId) + "/" + names.get() + ".json";
        store.put(name, json);
        return new Payload.Stored(name);
    }

    /**
     * Refuses a text that is too large.
     *
     * @throws PayloadTooLargeException if it is
     */
    public void check(@Nullable String json) {
        if (json != null && isLarger(json, maxBytes)) {
            throw new PayloadTooLargeException(maxBytes);
        }
    }

    /** Whether a text has more bytes than that in UTF-8. */
    public static boolean isLarger(String text, long maxBytes) {
        // Three bytes are the most that one UTF-16 character becomes in UTF-8.
        return text.length() > maxBytes / 3 && text.getBytes(StandardCharsets.UTF_8).length > maxBytes;
    }

    /**
     * The text that is kept there.
     *
     * @throws PayloadMissingException if somebody removed it
     * @throws StorageException if the storage failed
     */
    public @Nullable String load(@Nullable Payload payload) {
        if (payload == null) {
            return null;
        }
        if (payload instanceof Payload.Stored stored) {
            return store.get(stored.name());
        }
        return ((Payload.Inline) payload).json();
    }

    /** Removes what {@link #save} kept, where nothing will ever refer to it. */
    public void discard(@Nullable Payload payload) {
        if (payload instanceof Payload.Stored stored) {
            store.delete(stored.name());
        }
    }

    /** Removes what a row referred to that is not there any more. */
    public void discard(InstanceRow.Values values) {
        discard(values.input());
        discard(values.output());
        discard(values.failure());
    }

    /** Whether a text names anything that was kept for an execution. */
    public boolean areNamedIn(String text, String instanceId, String executionId) {
        return text.contains(folderOf(instanceId, executionId));
    }

    /** Removes all that was kept for an execution, which is over. */
    public void discardAll(String instanceId, String executionId) {
        store.deleteAll(folderOf(instanceId, executionId));
    }

    /**
     * The same JSON without characters that some storage cannot keep: the two line separators of Unicode, and halves of
     * surrogate pairs, which no encoding can write. JSON has them only in strings, where an escape says the same.
     */
    public static @Nullable String portable(@Nullable String json) {
        if (json == null
                || json.chars().noneMatch(c -> c == 0x2028 || c == 0x2029 || Character.isSurrogate((char) c))) {
            return json;
        }
        StringBuilder escaped = new StringBuilder(json.length());
        json.codePoints().forEach(character -> {
            if (character == 0x2028 || character == 0x2029 || Character.getType(character) == Character.SURROGATE) {
                escaped.append(String.format(Locale.ROOT, "\\u%04x", character));
            } else {
                escaped.appendCodePoint(character);
            }
        });
        return escaped.toString();
    }

    /**
     * The folder of an instance's texts. An ID can be longer than a blob name once its characters are escaped, so the
     * folder is its hash.
     */
    private static String folderOf(String instanceId, String executionId) {
        return Fingerprint.of(instanceId).substring(0, 32) + "/" + executionId;
    }
}
