import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';
import { z } from 'zod';

import { WORKER_ENTRY } from '../../client/embedded/embedded.js';

const WORKER = fileURLToPath(new URL('../../workers/main.js', import.meta.url));
const COMMAND_LINE = fileURLToPath(new URL('../../client/cli/main.js', import.meta.url));
const SECRETS = {
  BREEZE_API_KEY: 'planted-secret-0123456789',
  BREEZE_API_SESSION: 'planted-secret-9876543210',
  GURUKUL_BREEZE_CREDENTIALS: '/planted/breeze.json',
  AWS_SECRET_ACCESS_KEY: 'planted-secret-4567890123',
};
const saidSchema = z.object({ program: z.string(), when: z.string(), names: z.array(z.string()) });
/** Makes a program print, where it starts and when it ends, which of them are in its environment. */
const PROBE = `
const say = (when) => process.stderr.write(
  JSON.stringify({ program: process.argv[1], when, names: ${JSON.stringify(Object.keys(SECRETS))}.filter((name) => name in process.env) }) + '\\n');
say('start');
process.on('exit', () => say('end'));`;

/** The names of the secrets that a program had, by when; it ends soon, since no server is there. */
function namesIn(program: string, args: readonly string[], home: string): Map<string, readonly string[]> {
  const { stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      ...SECRETS,
      GURUKUL_HOME: home,
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(PROBE)}`,
    },
  });
  const said = stderr
    .split('\n')
    .filter((line) => line.startsWith('{"program"'))
    .map((line) => saidSchema.parse(JSON.parse(line)))
    .filter(({ program: one }) => one === WORKER || one === WORKER_ENTRY);
  return new Map(said.map(({ when, names }) => [when, names]));
}

describe('the secrets of a provider', function () {
  this.timeout(300_000);
  const home = mkdtempSync(path.join(os.tmpdir(), 'gurukul-worker-env-'));
  after(() => rmSync(home, { recursive: true }));
  const all = Object.keys(SECRETS);

  it('are dropped by a worker of another role than io that was started by hand', () => {
    for (const [role, kept] of [
      ['train', []],
      ['cpu,meta', []],
      ['io', all],
    ] as const)
      expect(Object.fromEntries(namesIn(WORKER, ['--role', role], home)), role).to.deep.equal({
        start: all,
        end: kept,
      });
  });

  it('are not handed to such a worker by the command line', () => {
    for (const [role, kept] of [
      ['train', []],
      ['all', all],
    ] as const)
      expect(Object.fromEntries(namesIn(COMMAND_LINE, ['worker', '--role', role], home)), role).to.deep.equal(
        { start: kept, end: kept },
      );
  });
});
