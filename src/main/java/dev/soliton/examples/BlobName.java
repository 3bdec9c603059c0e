package dev.soliton.examples;

/**
 * Where a blob is.
 *
 * @param container its container
 * @param blob its name in there
 */
record BlobName(String container, String blob) {

    @Override
    public String toString() {
        return container + "/" + blob;
    }
}
