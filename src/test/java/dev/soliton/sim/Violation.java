package dev.soliton.sim;

import org.jspecify.annotations.Nullable;

/** Something that must never be, and was. */
record Violation(String what, @Nullable Throwable cause) {}
