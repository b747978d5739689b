/** Test classes that other tests run, in this process or another; never run by themselves. */
@NullMarked
package io.vibee.session.testkit.samples;

import org.jspecify.annotations.NullMarked;
