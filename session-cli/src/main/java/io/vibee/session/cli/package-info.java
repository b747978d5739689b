/**
 * The command {@code vibee-session}, which {@link io.vibee.session.cli.Main} runs. A class named
 * {@code …Command} is one command, or what several have in common.
 */
@NullMarked
package io.vibee.session.cli;

import org.jspecify.annotations.NullMarked;
