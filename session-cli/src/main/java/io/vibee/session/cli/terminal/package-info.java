/**
 * What commands know of the process that runs them: its streams, its terminal, and how to write for
 * people. {@link io.vibee.session.cli.terminal.CliContext} holds all of it. Knows no command.
 */
@NullMarked
package io.vibee.session.cli.terminal;

import org.jspecify.annotations.NullMarked;
