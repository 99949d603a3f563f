import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';

import { InvalidInputError } from '../../../data/errors.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { connectClient } from '../../../temporal-config/connection.js';
import type { DevServer, DevServerOptions } from '../../../temporal-config/dev-server.js';
import { startDevServer } from '../../../temporal-config/dev-server.js';
import { readLiveServer } from '../../../temporal-config/server-record.js';
import { isAlive } from '../../../scripts/shared/lock.mjs';
import { findTemporalCli } from '../../../temporal-config/temporal-cli.js';
import { searchAttributes } from '../../../workflows/contract/search-attributes.js';
import { rejection } from '../../support/rejection.js';
import { until } from '../../support/until.js';

const USER_PROGRAM = fileURLToPath(new URL('./server-user.js', import.meta.url));

describe('the embedded Temporal server', function () {
  this.timeout(600_000);
  let home: Home;
  let lines: string[];
  const servers: DevServer[] = [];

  const kept = { ...process.env };
  before(async () => {
    // The servers of this user are known by the cache: these are no other test's business.
    process.env['TEMPORAL_CLI_PATH'] = await findTemporalCli(packageRoot);
    process.env['GURUKUL_CACHE'] = mkdtempSync(path.join(tmpdir(), 'gurukul-server-cache-'));
  });
  after(() => {
    rmSync(process.env['GURUKUL_CACHE'] ?? '', { recursive: true });
    for (const name of ['TEMPORAL_CLI_PATH', 'GURUKUL_CACHE'])
      if (kept[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = kept[name];
  });
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-server-')));
    lines = [];
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
    rmSync(home.root, { recursive: true });
  });

  const start = async (options: Partial<DevServerOptions> = {}): Promise<DevServer> => {
    const server = await startDevServer({ home, packageRoot, log: (line) => lines.push(line), ...options });
    servers.push(server);
    return server;
  };

  it('serves on loopback with the search attributes, and keeps its state over a restart', async () => {
    const first = await start();
    expect(first.owned).to.equal(true);
    expect(first.address).to.match(/^127\.0\.0\.1:\d+$/);
    if (process.platform !== 'win32') {
      expect(statSync(home.temporal()).mode & 0o777, 'folder of the database').to.equal(0o700);
      expect(statSync(home.temporalDatabase()).mode & 0o777, 'database').to.equal(0o600);
    }
    const page = await fetch(first.uiUrl);
    expect(page.ok, 'Web UI').to.equal(true);
    const before = await connectClient({ home });
    expect(before.address).to.equal(first.address);
    const { customAttributes } = await before.connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    for (const { name } of Object.values(searchAttributes)) expect(customAttributes).to.have.property(name);
    await before.client.workflow.start('nobody', { taskQueue: 'none', workflowId: 'kept' });
    await before.connection.close();
    await first.stop();
    expect(isAlive({ pid: first.pid })).to.equal(false);

    const second = await start();
    const after = await connectClient({ home });
    const description = await after.client.workflow.getHandle('kept').describe();
    await after.connection.close();
    expect(description.status.name).to.equal('RUNNING');
    expect(second.pid).not.to.equal(first.pid);
  });

  it('is joined by a second user, and ends with the last', async () => {
    const first = await start();
    const second = await start();
    expect(second).to.include({ address: first.address, pid: first.pid, owned: false });
    await first.stop();
    expect(isAlive({ pid: first.pid })).to.equal(true);
    await second.stop();
    expect(isAlive({ pid: first.pid })).to.equal(false);
    expect(await readLiveServer(home)).to.equal(undefined);
  });

  it('is ended by the next start of another home, where all that used it were killed', async () => {
    const other = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-other-')));
    const user = fork(USER_PROGRAM, [other.root], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await once(user, 'message');
    const abandoned = await readLiveServer(other);
    const used = await start();
    expect(isAlive({ pid: abandoned?.record.pid ?? NaN }), 'while its user lives').to.equal(true);
    await used.stop();

    user.kill('SIGKILL');
    await once(user, 'exit');
    const second = await start();
    const pid = abandoned?.record.pid ?? NaN;
    expect(isAlive({ pid })).to.equal(false);
    expect(lines).to.include(
      `ended the Temporal server of ${other.root} (process ${pid}): the program that used it was killed`,
    );
    await second.stop();
    rmSync(other.root, { recursive: true });
  });

  it('is taken over from a program that was killed', async () => {
    const user = fork(USER_PROGRAM, [home.root], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await once(user, 'message');
    user.kill('SIGKILL');
    await once(user, 'exit');
    const live = await readLiveServer(home);
    expect(live).not.to.equal(undefined);
    const mine = await start();
    expect(mine).to.include({ pid: live?.record.pid, owned: true });
  });

  it('is not left behind by a process that exits', async () => {
    const user = fork(USER_PROGRAM, [home.root, 'exit'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await once(user, 'exit');
    const { pid } = serverPid(home);
    await until(() => !isAlive({ pid }));
  });

  it('ignores the record of a process that is gone, and of a reused pid', async () => {
    mkdirSync(home.temporal());
    for (const record of [
      { pid: 2 ** 22 + 1, host: hostname(), port: 7233, uiPort: 8233, users: [] },
      { pid: process.pid, startedTicks: '1', host: hostname(), port: 7233, uiPort: 8233, users: [] },
    ]) {
      writeFileSync(home.temporalServer(), JSON.stringify(record));
      const server = await start();
      expect(server.owned).to.equal(true);
      await server.stop();
    }
  });

  it('refuses a home that a server on another machine uses', async () => {
    mkdirSync(home.temporal());
    const record = { pid: 1, host: 'elsewhere', port: 7233, uiPort: 8233, users: [] };
    writeFileSync(home.temporalServer(), JSON.stringify(record));
    const error = await rejection(start(), InvalidInputError);
    expect(error.message).to.include('elsewhere').and.to.include(home.temporalServer());
    rmSync(home.temporalServer());
  });

  it('refuses a given port that is in use, and takes the next one where the usual one is', async () => {
    const other = createServer();
    other.listen(7233, '127.0.0.1');
    // Someone else's server may have the usual port already: that serves as well.
    const usualWasFree = await once(other, 'listening').then(
      () => true,
      () => false,
    );
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = portOf(blocker.address());
    try {
      const error = await rejection(start({ port }), InvalidInputError);
      expect(error.message).to.include(`port ${port}`);
      const server = await start();
      expect(server.address).not.to.equal('127.0.0.1:7233');
      expect(lines.join('\n')).to.include('port 7233 is in use');
    } finally {
      blocker.close();
      if (usualWasFree) other.close();
    }
  });

  for (const [what, content] of [
    ['damaged', Buffer.alloc(9_000, 'not a database ')],
    ['of another program', sqliteOfAnother()],
  ] as const)
    it(`moves a database aside that is ${what}, and says so`, async () => {
      await (await start()).stop();
      writeFileSync(home.temporalDatabase(), content);
      const server = await start();
      expect(server.owned).to.equal(true);
      expect(lines.join('\n')).to.include('moved to temporal.db.unreadable-');
      const aside = readdirSync(home.temporal()).find((name) => name.startsWith('temporal.db.unreadable-'));
      expect(readFileSync(path.join(home.temporal(), aside ?? '')).equals(content)).to.equal(true);
    });

  it('names the file when the home cannot be written', async () => {
    writeFileSync(path.join(home.root, 'temporal'), 'a file where a folder should be');
    const error = await rejection(start(), InvalidInputError);
    expect(error.message).to.include(home.temporal()).and.to.include('GURUKUL_HOME');
  });
});

function serverPid(home: Home): { pid: number } {
  const pid = /"pid": (\d+)/.exec(readFileSync(home.temporalServer(), 'utf8'))?.[1];
  return { pid: Number(pid) };
}

function portOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address;
}

/** An empty SQLite database: a header and one page, no tables. */
function sqliteOfAnother(): Buffer {
  const page = Buffer.alloc(4096);
  page.write('SQLite format 3\0', 0, 'latin1');
  page.writeUInt16BE(4096, 16);
  page.set([1, 1, 0, 64, 32, 32], 18);
  page.writeUInt32BE(1, 24);
  page.writeUInt32BE(1, 28);
  page.writeUInt32BE(1, 40);
  page.writeUInt32BE(4, 44);
  page.writeUInt32BE(1, 56);
  page.writeUInt32BE(1, 92);
  page.writeUInt32BE(3_040_000, 96);
  page.set([0x0d, 0, 0, 0, 0, 0x10, 0], 100);
  return page;
}
