import { once } from 'node:events';
import type { Server } from 'node:net';
import { createServer } from 'node:net';

import { expect } from 'chai';

import { InvalidInputError } from '../../data/errors.js';
import { choosePort, freePortFrom, isPortFree } from '../../temporal-config/ports.js';
import { rejection } from '../support/rejection.js';

const FIRST = 52_300;

describe('choosing a port', () => {
  const taken: Server[] = [];
  afterEach(async () => {
    for (const server of taken.splice(0)) await new Promise((resolve) => server.close(resolve));
  });
  const take = async (port: number): Promise<void> => {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    taken.push(server);
  };

  it('takes the usual one while it is free, and the next one otherwise', async () => {
    const first = await freePortFrom(FIRST);
    expect(await freePortFrom(first), 'given before, and not used').to.equal(first);
    await take(first);
    expect(await isPortFree(first)).to.equal(false);
    const lines: string[] = [];
    const next = await choosePort('its Web UI', undefined, first, (line) => lines.push(line));
    expect(next).to.be.greaterThan(first);
    expect(lines).to.deep.equal([`port ${first} is in use by another program; its Web UI takes ${next}`]);
  });

  it('refuses one that was asked for and is taken', async () => {
    const port = await freePortFrom(FIRST + 100);
    expect(await choosePort('its Web UI', port, FIRST, () => undefined)).to.equal(port);
    await take(port);
    const error = await rejection(
      choosePort('its Web UI', port, FIRST, () => undefined),
      InvalidInputError,
    );
    expect(error.message).to.contain(`port ${port} for its Web UI is in use`);
  });

  it('stays in its range', async () => {
    await take(65_535);
    const error = await rejection(freePortFrom(65_535), InvalidInputError);
    expect(error.message).to.equal('no free port from 65535 to 65535');
  });
});
