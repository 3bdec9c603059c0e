package dev.soliton.client;

import org.jspecify.annotations.Nullable;

/**
 * How much one answer may hold in memory. What is asked for is put together until that is used up; the rest is for another
 * answer. So an answer has at most that much and one entry more, whatever there is.
 */
public final class AnswerBudget {
    /** The characters of the texts of an answer: 8 MiB at most where each takes two bytes. */
    public static final long MAX_LENGTH = 4L << 20;

    private long used;

    /** Notes that a text is part of the answer. */
    public void use(@Nullable String text) {
        used += text == null ? 0 : text.length();
    }

    /** Notes that an instance is part of the answer, with its values. */
    void use(Instance instance) {
        use(instance.input());
        use(instance.output());
        use(instance.customStatus());
    }

    /** Whether nothing more is to be added. */
    public boolean isUsedUp() {
        return used >= MAX_LENGTH;
    }
}
