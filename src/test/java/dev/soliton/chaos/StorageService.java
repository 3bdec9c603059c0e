package dev.soliton.chaos;

/** One of the services of a storage account. */
public enum StorageService {
    BLOB,
    QUEUE,
    TABLE
}
