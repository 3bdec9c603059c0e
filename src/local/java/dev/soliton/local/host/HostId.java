package dev.soliton.local.host;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/** The name under which a host keeps locks and timers: hosts of one id and storage are one app. */
final class HostId {

    private static final int LONGEST = 32;

    private HostId() {}

    /** The setting's, or one of this machine and the folder that was staged, not of the copy that runs. */
    static String of(AppSettings settings, String scriptPath) {
        String given = settings.find("AzureFunctionsWebHost__hostid");
        if (given != null) {
            return given;
        }
        String hash = "-" + Integer.toUnsignedString(scriptPath.hashCode());
        String machine = machineName().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return machine.substring(0, Math.min(machine.length(), LONGEST - hash.length())) + hash;
    }

    private static String machineName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
