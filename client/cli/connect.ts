import type { ConnectedClient, ConnectOptions } from '../../temporal-config/connection.js';

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
  // Loaded when needed: it brings the worker's native library along, half of a short command's time.
  const { connectClient } = await import('../../temporal-config/connection.js');
  const connected = await connectClient(at);
  try {
    return await work(connected);
  } finally {
    await connected.connection.close();
  }
}
