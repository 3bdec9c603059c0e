package dev.soliton.e2e.app;

import java.util.List;

/**
 * What a step notes when it begins.
 *
 * @param part names the step: no other step of any instance has that name
 * @param notBefore before which time it must not begin, in milliseconds; 0 for any
 * @param uses the runs whose results it was given
 */
public record Note(String part, long notBefore, List<RunName> uses) {

    /** Reads what {@link #toString} wrote. */
    public static Note parse(String text) {
        String[] fields = text.split(";", -1);
        List<RunName> uses = fields[2].isEmpty()
                ? List.of()
                : List.of(fields[2].split(" ", -1)).stream().map(RunName::parse).toList();
        return new Note(fields[0], Long.parseLong(fields[1]), uses);
    }

    @Override
    public String toString() {
        return part + ";" + notBefore + ";"
                + String.join(" ", uses.stream().map(RunName::toString).toList());
    }
}
