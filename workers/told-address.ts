import { z } from 'zod';

import { GurukulError } from '../data/errors.js';

const messageSchema = z.object({ address: z.string().min(1) });

/** What this process hears of the one that started it: `process`, but for a test, whose own channel is not ours. */
export interface Parent {
  on(event: 'message', hear: (message: unknown) => void): unknown;
  readonly channel?: { ref(): void; unref(): void } | undefined;
}

/**
 * The address of a server that the process which started this one is starting, as it says when it has. Must be called
 * before the first message can have come.
 *
 * @param leaving Aborted when this process is to end.
 * @returns A function that waits for it, and throws GurukulError Cancelled when the process is to end first.
 */
export function toldAddress(leaving: AbortSignal, parent: Parent = process): () => Promise<string> {
  const told = new Promise<string>((resolve) => {
    parent.on('message', (message) => {
      const parsed = messageSchema.safeParse(message);
      if (parsed.success) resolve(parsed.data.address);
    });
  });
  return async () => {
    // Nothing else keeps the process alive meanwhile.
    parent.channel?.ref();
    try {
      return await Promise.race([told, untilLeaving(leaving)]);
    } finally {
      parent.channel?.unref();
    }
  };
}

async function untilLeaving(leaving: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const leave = (): void => reject(new GurukulError('Cancelled', 'it was ended before there was a server'));
    if (leaving.aborted) leave();
    else leaving.addEventListener('abort', leave, { once: true });
  });
}
