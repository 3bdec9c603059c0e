package dev.soliton;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.PrintStream;
import java.time.format.DateTimeFormatter;
import java.util.Formatter;

/** Names and numbers that are written are the same in every country: hosts of different locales share a hub. */
@AnalyzeClasses(packages = "dev.soliton", importOptions = ArchitectureTest.NoTests.class)
final class LocaleTest {

    @ArchTest
    static final ArchRule nothingIsWrittenByTheLocaleOfTheMachine = noClasses()
            .should()
            .callMethod(String.class, "format", String.class, Object[].class)
            .orShould()
            .callMethod(String.class, "formatted", Object[].class)
            .orShould()
            .callMethod(String.class, "toLowerCase")
            .orShould()
            .callMethod(String.class, "toUpperCase")
            .orShould()
            .callMethod(PrintStream.class, "printf", String.class, Object[].class)
            .orShould()
            .callMethod(DateTimeFormatter.class, "ofPattern", String.class)
            .orShould()
            .callConstructor(Formatter.class)
            .because("it gives other digits and letters in other countries; name Locale.ROOT");

    @ArchTest
    static final ArchRule noTextIsReadOrWrittenByTheCharsetOfTheMachine = noClasses()
            .should()
            .callMethod(String.class, "getBytes")
            .orShould()
            .callConstructor(String.class, byte[].class)
            .because("it gives other characters on other machines; name the charset");
}
