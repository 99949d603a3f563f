import type { ConnectedClient, ConnectOptions } from '../../temporal-config/connection.js';
import { connectClient } from '../../temporal-config/connection.js';

/** A connection for the time of some work. */
export type Connected = ConnectedClient;

/**
 * Connects, works, and closes the connection whatever happens.
 *
 * @param at Where; absent: what the environment and the home say.
 * @throws InvalidInputError when no server answers.
 */
export async function withClient<Result>(
  at: ConnectOptions | undefined,
  work: (connected: Connected) => Promise<Result>,
): Promise<Result> {
  const connected = await connectClient(at);
  try {
    return await work(connected);
  } finally {
    await connected.connection.close();
  }
}
