package dev.soliton.local.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StrictUtf8Test {

    @Test
    void textComesBackAsItWas() throws CharacterCodingException {
        String text = "a\u00e9\u20ac\ud83d\ude00\ufffd";
        assertThat(StrictUtf8.decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
    }

    /** A stray byte, one cut short, one longer than need be, half of a surrogate pair, beyond Unicode. */
    @ParameterizedTest
    @ValueSource(strings = {"ff", "61c3", "c0af", "eda080", "f4908080"})
    void whatIsMalformedIsAnError(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThatThrownBy(() -> StrictUtf8.decode(bytes)).isInstanceOf(CharacterCodingException.class);
    }
}
