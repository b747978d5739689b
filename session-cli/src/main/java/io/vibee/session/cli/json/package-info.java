/**
 * Sessions and entries of the log as JSON: {@link io.vibee.session.cli.json.SessionJson} turns them
 * into values, {@link io.vibee.session.cli.json.Json} writes those.
 */
@NullMarked
package io.vibee.session.cli.json;

import org.jspecify.annotations.NullMarked;
