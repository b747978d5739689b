/** Benchmarks that JMH runs, each in its own process, against the PostgreSQL of the benchmark. */
@NullMarked
package io.vibee.session.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
