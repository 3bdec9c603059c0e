package dev.soliton.azure;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings that name the storage account, read as the Functions host reads them: a connection string, or a section
 * {@code AzureWebJobsStorage__…} that names endpoints and an identity. A connection string wins over a section. Names
 * are compared without regard to case, and {@code :} is another way to write {@code __}.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-reference#connections">Connections</a>
 */
final class StorageSettings {
    /** The setting for the Functions host's own storage account. */
    static final String CONNECTION = "AzureWebJobsStorage";

    private static final String SECTION = CONNECTION + "__";
    private static final String PUBLIC_CLOUD = "core.windows.net";

    private final Map<String, String> settings = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    StorageSettings(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (!value.isBlank()) {
                settings.put(name.replace(":", "__"), value.strip());
            }
        });
    }

    /** The connection string, if there is one. */
    @Nullable
    String connectionString() {
        return settings.get(CONNECTION);
    }

    /** One value of the section, if it is set. */
    @Nullable
    String identity(String key) {
        return settings.get(SECTION + key);
    }

    /** Whether the process runs where managed identities exist; the platform sets this variable there. */
    boolean isInAzure() {
        return settings.containsKey("IDENTITY_ENDPOINT");
    }

    /**
     * The endpoint of a service of the account.
     *
     * @param service {@code table}, {@code queue} or {@code blob}
     * @throws StorageSettingException if no setting gives it
     */
    String endpoint(String service) {
        String setting = SECTION + service + "ServiceUri";
        String uri = settings.get(setting);
        if (uri != null) {
            return checked(setting, uri);
        }
        String account = identity("accountName");
        if (account == null) {
            throw new StorageSettingException(
                    "The setting " + CONNECTION + " is missing: a connection string, or " + SECTION + "accountName or "
                            + setting + " for a connection by identity.",
                    null);
        }
        return checked(SECTION + "accountName", "https://" + account + "." + service + "." + PUBLIC_CLOUD);
    }

    private static String checked(String setting, String endpoint) {
        try {
            if (new URI(endpoint).getHost() != null) {
                return endpoint;
            }
        } catch (URISyntaxException e) {
            // Reported below, with the name of the setting.
        }
        throw new StorageSettingException("The setting " + setting + " does not make an address: " + endpoint, null);
    }
}
