package io.vibee.session.testkit.postgres;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a parameter whose type alone does not say that it is meant: a {@code String} gets {@link
 * TestDatabase#url()}, a {@code Map<String, String>} gets {@link TestDatabase#environment()}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface FromSessionDatabase {}
