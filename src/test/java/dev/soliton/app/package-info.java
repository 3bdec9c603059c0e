@NullMarked
package dev.soliton.app;

import org.jspecify.annotations.NullMarked;
