import getPort, { clearLockedPorts, portNumbers } from 'get-port';

import { InvalidInputError } from '../data/errors.js';

const LOOPBACK = { host: '127.0.0.1', exclusive: true };
const TRIES = 100;
const HIGHEST = 65_535;

/** Whether a program may listen on a loopback port now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await firstFree([port])) === port;
}

/**
 * The first free port from one on.
 *
 * @throws InvalidInputError when a hundred in a row are taken.
 */
export async function freePortFrom(first: number): Promise<number> {
  const last = Math.min(first + TRIES - 1, HIGHEST);
  const port = await firstFree(portNumbers(first, last));
  if (port >= first && port <= last) return port;
  throw new InvalidInputError([`no free port from ${first} to ${last}`]);
}

/** A loopback port that nobody uses. */
export async function anyFreePort(): Promise<number> {
  return firstFree([]);
}

/** The first of these that is free, or any other port where none is. */
async function firstFree(ports: Iterable<number>): Promise<number> {
  // It would pass over what it has given lately, as the port of a server that has just ended.
  clearLockedPorts();
  return getPort({ ...LOOPBACK, port: ports });
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
