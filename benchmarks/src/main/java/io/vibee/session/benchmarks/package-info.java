/** Figures for docs/benchmarks.md, each beside its reference from the same run. */
@NullMarked
package io.vibee.session.benchmarks;

import org.jspecify.annotations.NullMarked;
