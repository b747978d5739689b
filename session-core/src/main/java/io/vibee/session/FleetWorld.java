package io.vibee.session;

/**
 * Tells whether what was read from a store before still holds. Compare for equality alone.
 *
 * @param id another one: the server crashed, or this is a copy or a restored dump
 * @param timeline another one: a standby was promoted, which may have lost the last changes
 */
public record FleetWorld(long id, long timeline) {}
