import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';

import { InvalidInputError } from '../../../data/errors.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { partsOfRun, removeRun } from '../../../data/store/remove-run.js';
import { TelemetryFollower } from '../../../data/telemetry/follow-telemetry.js';
import { TELEMETRY_START, readTelemetry, readTelemetryBack } from '../../../data/telemetry/read-telemetry.js';
import { recordEvent } from '../../../data/telemetry/telemetry.js';
import { fileToWrite, telemetryFileLimit, telemetryFiles } from '../../../data/store/telemetry-files.js';

const LIMIT = 'GURUKUL_TELEMETRY_MIB';
const idSchema = z.looseObject({ id: z.string() });
/** Writes events, and says of each when it is on disk. */
const WRITER = `
import { Home } from './dist/data/store/home.js';
import { recordEvent } from './dist/data/telemetry/telemetry.js';
const [root, name] = process.argv.slice(1);
for (let n = 0; ; n += 1) {
  recordEvent(new Home(root), 'r', { event: 'note', id: name + '/' + n, text: 'x'.repeat(200) });
  process.stdout.write(name + '/' + n + '\\n');
  await new Promise((resolve) => setImmediate(resolve));
}`;

describe('files of telemetry', () => {
  let home: Home;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-telemetry-')));
    process.env[LIMIT] = '0.001';
  });
  afterEach(() => {
    Reflect.deleteProperty(process.env, LIMIT);
    rmSync(home.root, { recursive: true });
  });

  const record = (id: string, text = ''): void => recordEvent(home, 'r', { event: 'note', id, text });
  const forward = async (): Promise<string[]> => {
    const ids: string[] = [];
    for await (const { lines } of readTelemetry(home, 'r'))
      ids.push(...lines.flatMap(({ value }) => idSchema.safeParse(value()).data?.id ?? []));
    return ids;
  };
  const backward = async (): Promise<string[]> => {
    const ids: string[] = [];
    for await (const { value } of readTelemetryBack(home, 'r'))
      ids.push(...[idSchema.safeParse(value()).data?.id ?? []].flat());
    return ids;
  };

  it('follow one another when one is full, and are read in order, forwards and backwards', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => `${n}`);
    for (const id of ids) record(id, 'x'.repeat(100));
    const files = await telemetryFiles(home, 'r');
    expect(files.map(({ number }) => number)).to.deep.equal(files.map((_, at) => at));
    expect(files.length).to.be.greaterThan(4);
    expect(path.basename(files[1]?.path ?? '')).to.equal('r.jsonl.1');
    expect(await forward()).to.deep.equal(ids);
    expect(await backward()).to.deep.equal([...ids].reverse());
  });

  it('are read whatever the lengths of lines and the halves that crashes left', async () => {
    const piece = fc.record({ length: fc.nat({ max: 200_000 }), torn: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        rmSync(home.telemetryDir(), { recursive: true, force: true });
        process.env[LIMIT] = '0.1';
        const ids = pieces.map((_, n) => `${n}`);
        for (const [n, { length, torn }] of pieces.entries()) {
          record(`${n}`, 'ü'.repeat(length));
          if (torn) appendFileSync(fileToWrite(home, 'r', Infinity), '{"event":"note","id":"to');
        }
        expect(await forward()).to.deep.equal(ids);
        expect(await backward()).to.deep.equal([...ids].reverse());
      }),
      { numRuns: 25 },
    );
  });

  it('are followed from one to the next, also where a line comes late for an older one', async () => {
    const follower = new TelemetryFollower(home, 'r', TELEMETRY_START);
    const seen: string[] = [];
    const look = async (): Promise<void> => {
      const { lines } = await follower.read();
      seen.push(...lines.flatMap(({ value }) => idSchema.safeParse(value()).data?.id ?? []));
    };
    for (let n = 0; n < 20; n += 1) {
      record(`${n}`, 'x'.repeat(150));
      if (n % 3 === 0) await look();
    }
    appendFileSync(home.telemetry('r'), '{"event":"note","id":"late"}\n{"event":"note","id":"ha');
    await look();
    expect(seen.filter((id) => id !== 'late')).to.deep.equal(Array.from({ length: 20 }, (_, n) => `${n}`));
    expect(seen).to.include('late');
    appendFileSync(home.telemetry('r'), 'lf"}\n');
    await look();
    expect(seen.at(-1)).to.equal('half');
  });

  it('lose nothing that was recorded when their writers are killed', async function () {
    this.timeout(300_000);
    const told: string[] = [];
    const writers = ['a', 'b', 'c'].map((name) => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', WRITER, home.root, name], {
        cwd: packageRoot,
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, NODE_OPTIONS: '' },
      });
      let count = 0;
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const lines = text.split('\n').filter((line) => line !== '');
        told.push(...lines);
        count += lines.length;
        if (count > 60) child.kill('SIGKILL');
      });
      return once(child, 'close');
    });
    await Promise.all(writers);
    const found = await forward();
    expect((await telemetryFiles(home, 'r')).length).to.be.greaterThan(5);
    expect(told.length).to.be.greaterThan(180);
    expect(
      told.filter((id) => !found.includes(id)),
      'said to be on disk',
    ).to.deep.equal([]);
    expect(new Set(found).size, 'each once').to.equal(found.length);
    for (const name of ['a', 'b', 'c']) {
      const numbers = found.filter((id) => id.startsWith(name)).map((id) => Number(id.slice(2)));
      expect(
        [...numbers].sort((x, y) => x - y),
        'none between is lost',
      ).to.deep.equal(numbers.map((_, n) => n));
    }
  });

  it('of one run are not those of another, and go with their run', async () => {
    process.env[LIMIT] = '0.0001';
    for (const id of ['1', '2', '3']) record(id, 'x'.repeat(200));
    recordEvent(home, 'r.1', { event: 'note', id: 'other' });
    expect(await forward()).to.deep.equal(['1', '2', '3']);
    const parts = await partsOfRun(home, 'r', undefined);
    expect(parts.removed).to.have.length(3);
    await removeRun(home, 'r', parts);
    expect(await telemetryFiles(home, 'r')).to.deep.equal([]);
    expect(await telemetryFiles(home, 'r.1')).to.have.length(1);
  });

  it('go on where the first was moved away', async () => {
    for (const id of ['1', '2', '3']) record(id, 'x'.repeat(1_200));
    rmSync(home.telemetry('r'));
    record('4');
    expect(await forward()).to.deep.equal(['2', '3', '4']);
  });

  it('have a size that can be chosen', () => {
    expect(telemetryFileLimit({})).to.equal(64 * 1024 * 1024);
    expect(telemetryFileLimit({ [LIMIT]: '2' })).to.equal(2 * 1024 * 1024);
    for (const wrong of ['0', '-1', 'big', 'NaN'])
      expect(() => telemetryFileLimit({ [LIMIT]: wrong })).to.throw(InvalidInputError, LIMIT);
  });
});
