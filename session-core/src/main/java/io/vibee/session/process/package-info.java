/**
 * What a program around the library needs: {@link io.vibee.session.process.DotenvFiles} reads
 * {@code .env}, {@link io.vibee.session.process.ExitCode} tells a script what went wrong, {@link
 * io.vibee.session.process.RotateKey} changes a key and shows the progress. The example agent
 * behind {@code start.sh} and the command {@code vibee-session} are such programs. The library
 * itself uses none of it.
 */
@NullMarked
package io.vibee.session.process;

import org.jspecify.annotations.NullMarked;
