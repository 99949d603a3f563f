import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import type { Check } from '../../temporal-config/doctor.js';
import { runDoctor } from '../../temporal-config/doctor.js';
import { isPortFree } from '../../temporal-config/ports.js';
import { gurukul } from '../client/support/gurukul-process.js';

describe('the doctor', function () {
  this.timeout(300_000);
  let home: Home;
  beforeEach(() => (home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-doctor-')))));
  afterEach(() => {
    delete process.env['TEMPORAL_ADDRESS'];
    rmSync(home.root, { recursive: true });
  });

  const examine = async (): Promise<(name: string) => Check> => {
    const checks = await runDoctor({ home, packageRoot });
    return (name) => {
      const found = checks.find((check) => check.name === name);
      if (found === undefined) throw new Error(`no check ${name}`);
      return found;
    };
  };

  it('finds no problem on a machine that is set up, and says what it found', async () => {
    const check = await examine();
    expect(check('Node.js')).to.deep.include({ status: 'ok' });
    expect(check('Node.js').detail).to.include(process.versions.node);
    expect(check('Temporal CLI')).to.deep.include({ status: 'ok' });
    expect(check('Temporal CLI').detail).to.match(/Server \d/);
    expect(check('TensorFlow').status).to.be.oneOf(['ok', 'warning']);
    expect(check('embedded server')).to.deep.include({ status: 'ok', detail: 'not running' });
    expect(check('home')).to.deep.include({ status: 'ok' });
    expect(check('cache').status).to.equal('ok');
  });

  it('finds the same as the bundled command line', async () => {
    const ours = (await runDoctor({ home, packageRoot })).find(({ name }) => name === 'TensorFlow');
    const { stdout } = await gurukul(['doctor', '--json'], {
      cwd: packageRoot,
      env: { GURUKUL_HOME: home.root },
    });
    const checks = z.array(z.looseObject({ name: z.string() })).parse(JSON.parse(stdout));
    expect(checks.find(({ name }) => name === 'TensorFlow')).to.deep.equal(ours);
  });

  it('gives a remedy for everything that is wrong', async () => {
    rmSync(home.root, { recursive: true });
    writeFileSync(home.root, 'a file where a folder should be');
    process.env['TEMPORAL_ADDRESS'] = '127.0.0.1:9';
    const blocker = createServer();
    if (await isPortFree(8233)) await once(blocker.listen(8233, '127.0.0.1'), 'listening');
    const checks = await runDoctor({ home, packageRoot }).finally(() => blocker.close());
    const problems = checks.filter(({ status }) => status === 'problem').map(({ name }) => name);
    expect(problems).to.include.members(['home', 'Temporal server']);
    expect(checks.find(({ name }) => name === 'port 8233')?.status).to.equal('warning');
    for (const check of checks)
      expect(check.remedy === undefined, `${check.name}: ${check.detail}`).to.equal(check.status === 'ok');
  });

  it('recognises a stale record, a silent server and one on another machine', async () => {
    const record = { pid: 2 ** 22 + 1, host: hostname(), port: 9, uiPort: 10, users: [] };
    const put = (change: object): void => {
      mkdirSync(home.temporal(), { recursive: true });
      writeFileSync(home.temporalServer(), JSON.stringify({ ...record, ...change }));
    };
    put({});
    expect((await examine())('embedded server').detail).to.include('stale');
    put({ pid: process.pid });
    expect((await examine())('embedded server')).to.include({
      status: 'problem',
      remedy: `kill ${process.pid}`,
    });
    put({ host: 'elsewhere' });
    expect((await examine())('embedded server').remedy).to.include(home.temporalServer());
  });
});
