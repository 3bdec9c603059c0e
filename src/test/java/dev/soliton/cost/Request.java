package dev.soliton.cost;

/** A request to the storage, each of which is one transaction on the bill. */
enum Request {
    /** A query of an instance's partition, or of one row of it. */
    READ,
    /** A transaction on an instance's partition. */
    WRITE,
    /** A message that is put. */
    PUT,
    /** A message that is received. */
    RECEIVE,
    /** A message that is deleted, by the host or by whoever takes it back. */
    DELETE,
    /** A large value that is read. */
    READ_VALUE,
    /** A large value that is stored. */
    STORE_VALUE,
    /** A large value that is removed. */
    REMOVE_VALUE,
    /** Something else, which nobody should ask for. */
    OTHER
}
