import { InvalidInputError } from '../data/errors.js';
import type { CodecServer } from './codec-server.js';
import { originsOf, startCodecServer } from './codec-server.js';
import type { PayloadKeys } from './payload-keys.js';

export interface HeldCodecServer {
  readonly url: string;
  end(): Promise<void>;
}

const AGAIN_MS = 2_000;

/**
 * Keeps a codec server on a port for as long as this process uses the embedded server. Where another
 * process has the port, this one takes it over when that one leaves.
 *
 * @param uiUrl Web UI whose pages may ask.
 */
export async function holdCodecServer(
  keys: PayloadKeys,
  port: number,
  uiUrl: string,
): Promise<HeldCodecServer> {
  let server: CodecServer | undefined;
  let timer: NodeJS.Timeout | undefined;
  let left = false;
  const take = async (): Promise<void> => {
    try {
      server = await startCodecServer({ keys, port, origins: originsOf(uiUrl) });
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      timer = setTimeout(() => void take(), AGAIN_MS).unref();
    }
    if (left) await server?.close();
  };
  await take();
  return {
    url: `http://127.0.0.1:${port}`,
    end: async () => {
      left = true;
      clearTimeout(timer);
      await server?.close();
    },
  };
}
