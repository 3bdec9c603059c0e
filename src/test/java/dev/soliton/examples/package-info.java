@NullMarked
package dev.soliton.examples;

import org.jspecify.annotations.NullMarked;
