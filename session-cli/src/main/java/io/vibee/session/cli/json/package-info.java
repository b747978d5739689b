/**
 * What {@code --json} prints: {@link io.vibee.session.cli.json.Documents} describes entries of the
 * log and sessions that cannot be read, {@link io.vibee.session.cli.json.Json} writes any value.
 */
@NullMarked
package io.vibee.session.cli.json;

import org.jspecify.annotations.NullMarked;
