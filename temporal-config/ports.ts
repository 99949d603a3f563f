import { createServer } from 'node:net';

import { InvalidInputError, systemErrorCode } from '../data/errors.js';

const LOOPBACK = '127.0.0.1';
const TRIES = 100;
const HIGHEST = 65_535;

/** Whether a program may listen on a loopback port now. */
export async function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      const code = systemErrorCode(error);
      if (code === 'EADDRINUSE' || code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * The first free port from one on.
 *
 * @throws InvalidInputError when a hundred in a row are taken.
 */
export async function freePortFrom(first: number): Promise<number> {
  const last = Math.min(first + TRIES - 1, HIGHEST);
  for (let port = first; port <= last; port += 1) if (await isPortFree(port)) return port;
  throw new InvalidInputError([`no free port from ${first} to ${last}`]);
}

/**
 * The port to use: the one that was asked for, or the next free one from the usual one.
 *
 * @param what Whose port, for the messages.
 * @throws InvalidInputError when the port that was asked for is taken.
 */
export async function choosePort(
  what: string,
  asked: number | undefined,
  usual: number,
  log: (line: string) => void,
): Promise<number> {
  if (asked !== undefined) {
    if (await isPortFree(asked)) return asked;
    throw new InvalidInputError([
      `port ${asked} for ${what} is in use by another program: end that, or give another port`,
    ]);
  }
  const port = await freePortFrom(usual);
  if (port !== usual) log(`port ${usual} is in use by another program; ${what} takes ${port}`);
  return port;
}
