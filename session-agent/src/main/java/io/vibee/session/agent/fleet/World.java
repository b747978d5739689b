package io.vibee.session.agent.fleet;

/**
 * Which database answered.
 *
 * @param id random; another one after a crash or a restore
 * @param timeline another one after a promotion, which may have lost the last transactions
 * @param settled whether an agent that has waited for {@link LeaseProtocol one L} has claimed on
 *     this timeline, or the fleet was set up on it: an agent that comes now need not wait
 */
public record World(long id, long timeline, boolean settled) {}
