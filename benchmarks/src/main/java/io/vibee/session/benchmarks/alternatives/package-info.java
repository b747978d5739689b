/** Other ways to keep the same sessions, which docs/benchmarks.md compares. */
@NullMarked
package io.vibee.session.benchmarks.alternatives;

import org.jspecify.annotations.NullMarked;
