/** Measures the figures for docs/benchmarks.md, each along with its reference in the same run. */
@NullMarked
package io.vibee.session.benchmarks;

import org.jspecify.annotations.NullMarked;
