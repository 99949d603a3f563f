import { GurukulError, errorMessage } from '../../data/errors.js';
import type { ConnectedClient, ConnectOptions } from '../../temporal-config/connection.js';

/** A connection for the time of some work. */
export type Connected = ConnectedClient;

/**
 * Connects, works, and closes the connection whatever happens.
 *
 * @param at Where; absent: what the environment and the home say.
 * @throws InvalidInputError when no server answers; GurukulError InvalidInput when payloads are encrypted
 * and there are no keys.
 */
export async function withClient<Result>(
  at: ConnectOptions | undefined,
  work: (connected: Connected) => Promise<Result>,
): Promise<Result> {
  // Loaded when needed: what only reads files needs no gRPC.
  const { connectClient } = await import('../../temporal-config/connection.js');
  const connected = await connectClient(at);
  try {
    return await work(connected);
  } catch (error) {
    if (!errorMessage(error).includes('Unknown encoding: binary/encrypted')) throw error;
    throw new GurukulError(
      'InvalidInput',
      'what this server holds is encrypted: set GURUKUL_ENCRYPTION_KEYS or GURUKUL_ENCRYPTION_KEYS_FILE, as for the workers',
    );
  } finally {
    await connected.connection.close();
    const { flushTraces } = await import('../../temporal-config/tracing/tracing.js');
    await flushTraces();
  }
}
