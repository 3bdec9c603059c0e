package dev.soliton.local;

/**
 * The three local ports on which an emulated storage account is served.
 *
 * @param blob of the blob service; 0 asks for a free one
 * @param queue of the queue service; 0 asks for a free one
 * @param table of the table service; 0 asks for a free one
 */
public record StoragePorts(int blob, int queue, int table) {

    /** Those that every tool for an emulator expects. */
    public static final StoragePorts WELL_KNOWN = new StoragePorts(10000, 10001, 10002);

    /** Any that are free. */
    public static final StoragePorts FREE = new StoragePorts(0, 0, 0);

    /** The emulators' account. */
    public static final String ACCOUNT = "devstoreaccount1";

    /** The emulators' key, the same everywhere and published with them: no secret. */
    public static final String KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public StoragePorts {
        requirePort(blob);
        requirePort(queue);
        requirePort(table);
    }

    /** A connection string that names each service's endpoint. */
    public String connectionString() {
        return "DefaultEndpointsProtocol=http;AccountName=" + ACCOUNT + ";AccountKey=" + KEY + endpoint("Blob", blob)
                + endpoint("Queue", queue) + endpoint("Table", table) + ";";
    }

    private static String endpoint(String service, int port) {
        return ";" + service + "Endpoint=http://127.0.0.1:" + port + "/" + ACCOUNT;
    }

    private static void requirePort(int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("no port: " + port);
        }
    }
}
