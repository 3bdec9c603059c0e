package dev.soliton.azure;

import com.azure.data.tables.models.TableEntity;
import java.util.Map;

/**
 * The size of a table entity as the service counts it. Azurite accepts larger ones than the service does, so a test
 * against it would not notice.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model">Limits</a>
 */
final class EntitySize {
    /** The most bytes of one entity, names included. */
    static final int MAX_ENTITY = 1024 * 1024;

    /** The most bytes of one property's value. */
    static final int MAX_PROPERTY = 64 * 1024;

    private EntitySize() {}

    /**
     * Refuses an entity that the service would refuse.
     *
     * @throws IllegalArgumentException if it is too large
     */
    static void check(TableEntity entity) {
        long size = 4;
        for (Map.Entry<String, Object> property : entity.getProperties().entrySet()) {
            long value = sizeOf(property.getValue());
            if (value > MAX_PROPERTY) {
                throw new IllegalArgumentException("A property has at most 64 KiB, not " + value + " bytes: "
                        + property.getKey() + " of " + nameOf(entity));
            }
            size += 8 + 2L * property.getKey().length() + value;
        }
        if (size > MAX_ENTITY) {
            throw new IllegalArgumentException("A row has at most 1 MiB, not " + size + " bytes: " + nameOf(entity));
        }
    }

    private static long sizeOf(Object value) {
        return value instanceof String text ? 4 + 2L * text.length() : 8;
    }

    private static String nameOf(TableEntity entity) {
        return entity.getRowKey() + " of instance " + entity.getPartitionKey();
    }
}
