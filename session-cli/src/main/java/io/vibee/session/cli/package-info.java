/** The command {@code vibee-session}, and what {@code start.sh} shares with it. */
@NullMarked
package io.vibee.session.cli;

import org.jspecify.annotations.NullMarked;
