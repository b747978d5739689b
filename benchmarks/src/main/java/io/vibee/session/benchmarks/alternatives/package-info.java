/**
 * What a Java user would pick instead of this project: the same accounts, kept and loaded by other
 * libraries, each as somebody who knows it well would set it up.
 */
@NullMarked
package io.vibee.session.benchmarks.alternatives;

import org.jspecify.annotations.NullMarked;
