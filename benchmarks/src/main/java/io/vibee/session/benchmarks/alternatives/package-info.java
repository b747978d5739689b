/**
 * What a Java user would choose instead of this project: the same accounts, stored and loaded by
 * other libraries, each set up as somebody who knows it well would.
 */
@NullMarked
package io.vibee.session.benchmarks.alternatives;

import org.jspecify.annotations.NullMarked;
