package dev.soliton.orchestration;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks what an app may use: a type, or all public types of a package. From release to release it changes only as Semantic
 * Versioning allows. Everything else is internal, whatever its modifiers say, and so is a member of a marked type in whose
 * signature an internal type is.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.PACKAGE})
public @interface PublicApi {}
