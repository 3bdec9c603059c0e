package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReportFieldsTest {
    @ParameterizedTest
    @ValueSource(strings = {"=HYPERLINK(\"x\")", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"})
    void formulaInACatalogIsTextInTheReport(String field) {
        assertThat(ValidateCatalog.harmless(field)).isEqualTo("'" + field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A-1", "1=1"})
    void otherFieldsStayAsTheyAre(String field) {
        assertThat(ValidateCatalog.harmless(field)).isEqualTo(field);
    }
}
