import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { runInputSchema } from '../../../data/schemas/run-input.js';
import { writeJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { recordEvent } from '../../../data/telemetry/telemetry.js';
import { runStatus } from '../../support/run-status.js';
import { gurukulHere } from '../support/gurukul-here.js';
import type { Ended } from '../support/gurukul-process.js';

/** Nobody listens there. */
const NO_SERVER = '127.0.0.1:1';
const LIMIT = 'GURUKUL_TELEMETRY_MIB';

describe('gurukul tail', function () {
  this.timeout(300_000);
  let home: Home;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-tail-')));
  });
  afterEach(() => {
    Reflect.deleteProperty(process.env, LIMIT);
    rmSync(home.root, { recursive: true });
  });

  const tail = async (...args: readonly string[]): Promise<Ended> =>
    gurukulHere(['tail', 'r', ...args], { home, address: NO_SERVER });
  const record = (n: number, text = ''): void =>
    recordEvent(home, 'r', { event: 'note', id: `note/${n}`, text });
  const phase = async (name: 'teach' | 'done' | 'failed'): Promise<void> => {
    await writeJson(home.runInput('r'), runInputSchema.parse({ runId: 'r' }));
    await writeJson(home.status('r'), runStatus('r', { phase: name }));
    recordEvent(home, 'r', { event: 'phase', id: `phase/${name}`, phase: name });
  };
  const ids = ({ stdout }: Ended): string[] =>
    stdout
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => String(Reflect.get(JSON.parse(line), 'id')));

  it('shows the last lines of a run that has ended, and ends with its exit status', async () => {
    for (let n = 0; n < 20; n += 1) record(n);
    await phase('done');
    const ended = await tail('--json');
    expect(ended.status, ended.stderr).to.equal(0);
    expect(ids(ended)).to.deep.equal([
      ...Array.from({ length: 9 }, (_, n) => `note/${n + 11}`),
      'phase/done',
    ]);
    expect(ids(await tail('--json', '--last', '2'))).to.deep.equal(['note/19', 'phase/done']);
    expect(ids(await tail('--json', '--last', '0'))).to.deep.equal([]);
    expect(ids(await tail('--json', '--from-start'))).to.have.length(21);
    await phase('failed');
    expect((await tail()).status).to.equal(1);
  });

  it('shows lines as text, without what could command a terminal', async () => {
    recordEvent(home, 'r', { event: 'note', id: 'x', symbol: '\u001b[2Jred' });
    await phase('done');
    const { stdout } = await tail();
    expect(stdout).to.match(/note {2}symbol=.*red\n/);
    expect(stdout).not.to.include('\u001b');
  });

  it('follows a run through its files until it ends', async () => {
    process.env[LIMIT] = '0.0005';
    await phase('done');
    await phase('teach');
    const following = tail('--json', '--last', '1');
    for (let n = 0; n < 12; n += 1) {
      record(n, 'x'.repeat(120));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await phase('done');
    const ended = await following;
    expect(ended.status, ended.stderr).to.equal(0);
    const shown = ids(ended);
    expect(shown.at(-1)).to.equal('phase/done');
    expect(shown.filter((id) => id.startsWith('note'))).to.deep.equal(
      Array.from({ length: 12 }, (_, n) => `note/${n}`).slice(
        -shown.filter((id) => id.startsWith('note')).length,
      ),
    );
  });

  it('refuses runs that nobody knows, and flags that contradict', async () => {
    const unknown = await tail();
    expect([unknown.status, unknown.stderr]).to.deep.equal([2, unknown.stderr]);
    expect(unknown.stderr).to.include('there is no run r');
    await phase('done');
    for (const flags of [
      ['--last', 'x'],
      ['--from-start', '--last', '3'],
    ]) {
      const { status, stderr } = await tail(...flags);
      expect([status, stderr.includes('--last')], stderr).to.deep.equal([2, true]);
    }
  });
});
