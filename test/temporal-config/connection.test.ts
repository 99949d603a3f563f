import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { InvalidInputError } from '../../data/errors.js';
import { Home } from '../../data/store/home.js';
import { connectClient, connectWorker } from '../../temporal-config/connection.js';
import { rejection } from '../support/rejection.js';

/** Nothing listens there: the port needs rights that no test's server has, and other tests run beside this one. */
const NOWHERE = '127.0.0.1:1';
const VARIABLES = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE', 'TEMPORAL_NAMESPACE'];

describe('connecting where there is no server', function () {
  this.timeout(30_000);
  let home: Home;
  const kept = VARIABLES.map((name) => [name, process.env[name]] as const);

  beforeEach(() => {
    for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-connect-')));
  });
  afterEach(() => {
    for (const [name, value] of kept)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    rmSync(home.root, { recursive: true });
  });

  for (const [who, connect] of [
    ['a client', connectClient],
    ['a worker', connectWorker],
  ] as const) {
    it(`gives ${who} the address and the remedy`, async () => {
      const error = await rejection(connect({ address: NOWHERE, home }), InvalidInputError);
      expect(error.message).to.equal(
        `no Temporal server at ${NOWHERE}: start one with \`gurukul up\`, or set TEMPORAL_ADDRESS`,
      );
    });

    it(`does not keep ${who} waiting for a server that never speaks`, async () => {
      const sockets: Socket[] = [];
      const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const bound = silent.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
      await rejection(connect({ address: `127.0.0.1:${port}`, home }), InvalidInputError);
      silent.close();
      for (const socket of sockets) socket.destroy();
    });
  }

  it('connects nowhere without an address: there is no default one', async () => {
    for (const connect of [connectClient, connectWorker]) {
      const { message } = await rejection(connect({ home }), InvalidInputError);
      expect(message).to.match(/^no Temporal server of the home .*gurukul-connect-\S+ is up: /);
    }
  });

  it('uses the address in TEMPORAL_ADDRESS', async () => {
    process.env['TEMPORAL_ADDRESS'] = NOWHERE;
    expect((await rejection(connectClient({ home }), InvalidInputError)).message).to.include(NOWHERE);
  });

  it('uses the address of the named profile', async () => {
    const file = path.join(home.root, 'temporal.toml');
    writeFileSync(file, `[profile.mine]\naddress = "${NOWHERE}"\n`);
    process.env['TEMPORAL_CONFIG_FILE'] = file;
    process.env['TEMPORAL_PROFILE'] = 'mine';
    expect((await rejection(connectClient({ home }), InvalidInputError)).message).to.include(NOWHERE);
  });

  it('names a profile that does not exist, and a file that is not TOML', async () => {
    const file = path.join(home.root, 'temporal.toml');
    writeFileSync(file, '[profile.mine]\naddress = "127.0.0.1:1"\n');
    process.env['TEMPORAL_CONFIG_FILE'] = file;
    process.env['TEMPORAL_PROFILE'] = 'yours';
    const missing = await rejection(connectClient({ home }), InvalidInputError);
    expect(missing.message).to.include('yours').and.to.include('TEMPORAL_PROFILE');
    writeFileSync(file, 'no toml at all [');
    await rejection(connectClient({ home }), InvalidInputError);
  });
});
