package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers as .NET writes them. */
final class NetTextTest {

    @ParameterizedTest
    @CsvSource({
        "1.5, 1.5",
        "100, 100",
        "1e14, 100000000000000",
        "1e15, 1E+15",
        "123456789012345680, 1.2345678901234568E+17",
        "0.0001, 0.0001",
        "0.00001, 1E-05",
        "-0.0, -0",
        "2e-323, 2E-323",
        "1.7976931348623157E308, 1.7976931348623157E+308",
        "0.1, 0.1",
        "2.2E-322, 2.2E-322",
    })
    void aNumberHasTheDigitsThatItNeeds(double number, String expected) {
        assertThat(NetText.number(number)).isEqualTo(expected);
    }
}
