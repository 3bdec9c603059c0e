package dev.soliton.client;

import org.jspecify.annotations.Nullable;

/**
 * How much one answer may hold in memory. Entries are added until the budget is used up; the rest goes into another
 * answer. So an answer holds at most the budget and one entry more.
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

    /** Whether the answer is full. */
    public boolean isUsedUp() {
        return used >= MAX_LENGTH;
    }
}
