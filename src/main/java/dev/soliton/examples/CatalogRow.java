package dev.soliton.examples;

/** A row of a catalog, checked by itself. */
sealed interface CatalogRow {

    /** The line of the file, from 1, on which it begins. */
    long line();

    /** A row that is a product. */
    record Good(long line, Product product) implements CatalogRow {}

    /** A row that is none. */
    record Bad(RejectedRow rejected) implements CatalogRow {

        @Override
        public long line() {
            return rejected.line();
        }
    }
}
