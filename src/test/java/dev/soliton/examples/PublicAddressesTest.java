package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses in all the ways in which they can be written. */
final class PublicAddressesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "0.0.0.0",
                "0.1.2.3",
                "169.254.169.254",
                "2852039166",
                "2130706433",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "168.63.129.16",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "192.0.0.1",
                "198.18.0.1",
                "::1",
                "::",
                "::ffff:169.254.169.254",
                "::ffff:7f00:1",
                "fe80::1",
                "fc00::1",
                "fd12::1",
                "ff02::1",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "2001:0:1::1",
                "::127.0.0.1"
            })
    void addressOfTheMachineOfItsNetworkOrOfThePlatformIsNotPublic(String written) throws UnknownHostException {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(written))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "93.184.216.34", "172.15.0.1", "172.32.0.1", "192.169.0.1", "2606:4700::1111"})
    void otherAddressesArePublic(String written) throws UnknownHostException {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(written))).isTrue();
    }
}
