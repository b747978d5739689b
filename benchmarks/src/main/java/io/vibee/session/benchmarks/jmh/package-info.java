/** What JMH runs, each in a process of its own against the PostgreSQL of the benchmark. */
@NullMarked
package io.vibee.session.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
