package dev.soliton.examples;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Tells the addresses of the public internet from those of the machine, of its network, and of the platform that it runs on. */
final class PublicAddresses {
    private PublicAddresses() {}

    /** Whether an address is one of the public internet. */
    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
    }

    private static boolean isPublic4(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        int third = bytes[2] & 0xff;
        return first != 0
                && first < 224
                // Carriers, protocols and benchmarks
                && !(first == 100 && second >= 64 && second < 128)
                && !(first == 192 && second == 0 && third == 0)
                && !(first == 198 && (second == 18 || second == 19))
                // Azure's platform
                && !(first == 168 && second == 63 && third == 129 && (bytes[3] & 0xff) == 16);
    }

    /** Of the addresses of IPv6 those for everybody begin with 001; some of them stand for one of IPv4. */
    private static boolean isPublic6(byte[] bytes) {
        boolean isGlobal = (bytes[0] & 0xe0) == 0x20;
        boolean isSixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
        boolean isTeredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
        return isGlobal && !isSixToFour && !isTeredo;
    }
}
