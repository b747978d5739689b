/**
 * The command {@code vibee-session}, and what {@code start.sh} shares with it: {@link
 * io.vibee.session.cli.Main} runs the one, the other public types are for the other. A class named
 * {@code …Command} is one command, or what several have in common.
 */
@NullMarked
package io.vibee.session.cli;

import org.jspecify.annotations.NullMarked;
