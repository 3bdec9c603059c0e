package dev.soliton.examples;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The input of {@link ImportCatalog}: a CSV of products, either in a blob or inline.
 *
 * @param supplier whose products they are; may be left out, the instance ID tells it as well
 * @param container the blob's container
 * @param blob the blob's name
 * @param csv the CSV itself, in place of a blob
 */
record ImportRequest(
        @Nullable String supplier, @Nullable String container, @Nullable String blob, @Nullable String csv) {

    /** Imports of the supplier {@code acme} run as the instance {@code import-acme}. */
    static final String ID_PREFIX = "import-";

    private static final String EXAMPLE = "{\"container\": \"catalogs\", \"blob\": \"acme.csv\"} or"
            + " {\"csv\": \"sku,name,price,currency,stock\\n...\"}";

    /** The supplier names a table partition and a folder of blobs, so it keeps to what both can take. */
    private static final Pattern SUPPLIER = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** The service's own rule for names of containers. */
    private static final Pattern CONTAINER = Pattern.compile("(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*");

    private static final int MAX_BLOB_NAME_LENGTH = 1024;

    /**
     * Whose products the instance imports.
     *
     * <p>Soliton runs one instance of an ID at a time. That makes it one import per supplier at a time only if all
     * imports of a supplier use the same ID, which is why another ID is refused.
     *
     * @throws ImportException if the ID is not that of a supplier's imports, or not of this supplier's
     */
    String supplierOf(String instanceId) {
        String fromId = instanceId.startsWith(ID_PREFIX) ? instanceId.substring(ID_PREFIX.length()) : "";
        String asked = supplier == null ? fromId : supplier;
        if (!asked.isEmpty() && !SUPPLIER.matcher(asked).matches()) {
            throw new ImportException("The supplier '" + asked + "' should be 1 to 63 characters of a-z, 0-9 and '-',"
                    + " and not begin with '-'.");
        }
        if (asked.isEmpty() || !asked.equals(fromId)) {
            throw new ImportException("Imports of one supplier share the instance ID '" + ID_PREFIX
                    + (asked.isEmpty() ? "<supplier>" : asked) + "', so that only one runs at a time; this one was"
                    + " started as '" + instanceId + "'.");
        }
        return asked;
    }

    /**
     * Checks that there is one source and that it can be one.
     *
     * @throws ImportException if there is none or more than one, or half of one
     */
    void requireOneSource() {
        boolean named = container != null || blob != null;
        if (csv != null && named) {
            throw new ImportException("The input has both an inline 'csv' and a blob; give one: " + EXAMPLE);
        }
        if (csv == null && !named) {
            throw new ImportException("The input says nothing to import; give " + EXAMPLE);
        }
        if (csv == null) {
            requireBlob();
        }
    }

    /** Where the source is, unless it is inline. */
    BlobName source() {
        if (container == null || blob == null) {
            throw new IllegalStateException("This request is not for a blob.");
        }
        return new BlobName(container, blob);
    }

    /** What is thrown where there is no input at all. */
    static ImportException missing() {
        return new ImportException("ImportCatalog needs an input; give " + EXAMPLE);
    }

    private void requireBlob() {
        if (container == null || container.isBlank()) {
            throw new ImportException("The input names the blob '" + blob + "' without its 'container'.");
        }
        if (blob == null || blob.isBlank()) {
            throw new ImportException("The input names the container '" + container + "' without a 'blob' in it.");
        }
        if (!CONTAINER.matcher(container).matches()) {
            throw new ImportException("No container has a name like '" + container + "': it is 3 to 63 of a-z, 0-9, and"
                    + " single '-' between them.");
        }
        if (blob.length() > MAX_BLOB_NAME_LENGTH) {
            throw new ImportException("The name of the blob has " + blob.length() + " characters; "
                    + MAX_BLOB_NAME_LENGTH + " are possible.");
        }
    }
}
