import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { GurukulError, InvalidInputError } from '../../data/errors.js';
import { FAULTS_VARIABLE, armFaults, armFaultsFromEnv } from '../../data/fault-injection.js';
import { faultPoint } from '../../data/fault-points.js';
import { readRef, writeRef } from '../../data/store/file-refs.js';
import { readIfExists, writeFileAtomic } from '../../data/store/files.js';
import { appendJsonLine } from '../../data/store/json-lines.js';
import { Home } from '../../data/store/home.js';
import { findUnit, sealUnit, unitKey } from '../../data/store/units.js';
import { rejection } from '../support/rejection.js';

describe('fault points', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-faults-'));
  });
  afterEach(() => {
    armFaults([]);
    rmSync(folder, { recursive: true });
  });

  const isHit = (subject: string): boolean => faultPoint('worker.heartbeat', subject) !== undefined;

  it('have no effect unless the environment arms them', () => {
    expect(armFaultsFromEnv({})).to.equal(0);
    expect(armFaultsFromEnv({ [FAULTS_VARIABLE]: '' })).to.equal(0);
    expect(isHit('shard')).to.equal(false);
    const armed = '[{"at":"worker.heartbeat","do":"lose"}]';
    expect(armFaultsFromEnv({ [FAULTS_VARIABLE]: armed })).to.equal(1);
    expect(isHit('shard')).to.equal(true);
  });

  it('inject a fault where and as often as requested', () => {
    armFaults([{ at: 'worker.heartbeat', do: 'lose', on: 'shard', after: 1, times: 2 }]);
    const subjects = ['prior', 'shard 1', 'prior', 'shard 2', 'shard 3', 'shard 4'];
    expect(subjects.map(isHit)).to.deep.equal([false, false, false, true, true, false]);
    expect(faultPoint('worker.activity', 'shard')).to.equal(undefined);
  });

  it('end after a time, or once another process has hit them', async () => {
    armFaults([{ at: 'worker.heartbeat', do: 'lose', times: 'always', forMs: 20 }]);
    expect([isHit('a'), isHit('a')]).to.deep.equal([true, true]);
    await sleep(60);
    expect(isHit('a')).to.equal(false);
    const mark = path.join(folder, 'mark');
    for (const expected of [true, false]) {
      armFaults([{ at: 'worker.heartbeat', do: 'lose', mark }]);
      expect(isHit('a')).to.equal(expected);
    }
    expect(existsSync(mark)).to.equal(true);
  });

  it('are refused with a message that names every error', () => {
    const list = '[{"at":"store.write","do":"flop","on":"("},{"at":"store.read","do":"EIO","times":0}]';
    const arm = (text: string) => (): unknown => armFaultsFromEnv({ [FAULTS_VARIABLE]: text });
    expect(arm(list)).to.throw(
      InvalidInputError,
      /0\.do: must be one of ENOSPC.*\n.*0\.on: must be a regular.*\n.*1\.times/,
    );
    expect(arm('{')).to.throw(InvalidInputError, 'must be a JSON list');
    expect(isHit('a')).to.equal(false);
  });

  describe('of the store', () => {
    for (const code of ['ENOSPC', 'EIO', 'EACCES'] as const)
      it(`${code} while writing: StoreUnavailable, and the file is unchanged`, async () => {
        const file = path.join(folder, 'a.json');
        await writeFileAtomic(file, 'old');
        armFaults([{ at: 'store.write', do: code, on: 'a.json' }]);
        const error = await rejection(writeFileAtomic(file, 'new'), GurukulError);
        expect(error.type).to.equal('StoreUnavailable');
        expect(error.message).to.include(`cannot write ${file}: ${code}`);
        expect(readFileSync(file, 'utf8')).to.equal('old');
        expect(readdirSync(folder)).to.deep.equal(['a.json']);
        await writeFileAtomic(file, 'new');
        expect(readFileSync(file, 'utf8')).to.equal('new');
      });

    it('ENOSPC while appending a line: StoreUnavailable, and the file is unchanged', () => {
      const file = path.join(folder, 'lines.jsonl');
      appendJsonLine(file, { n: 1 });
      armFaults([{ at: 'store.append', do: 'ENOSPC' }]);
      expect(() => appendJsonLine(file, { n: 2 }))
        .to.throw(GurukulError, 'ENOSPC')
        .with.property('type', 'StoreUnavailable');
      appendJsonLine(file, { n: 2 });
      expect(readFileSync(file, 'utf8')).to.equal('{"n":1}\n{"n":2}\n');
    });

    it('unreadable for a while: StoreUnavailable, never "missing", and later readable again', async () => {
      const home = new Home(folder);
      const manifestFile = path.join(folder, 'unit.json');
      const output = await writeRef(home, path.join(folder, 'out.bin'), 'weights', 1);
      await sealUnit(home, manifestFile, {
        key: unitKey({ a: 1 }),
        outputs: { weights: output },
        summary: {},
      });
      armFaults([{ at: 'store.read', do: 'EIO', times: 'always', forMs: 30 }]);
      for (const work of [
        () => readIfExists(manifestFile),
        () => readRef(home, output),
        () => findUnit(home, manifestFile, unitKey({ a: 1 })),
      ])
        expect((await rejection(work(), GurukulError)).type).to.equal('StoreUnavailable');
      await sleep(60);
      expect(await findUnit(home, manifestFile, unitKey({ a: 1 }))).to.not.equal(undefined);
    });

    for (const damage of ['flip', 'truncate'] as const)
      it(`${damage}: the damaged file is not accepted`, async () => {
        const home = new Home(folder);
        armFaults([{ at: 'store.write', do: damage, on: 'out.bin' }]);
        const ref = await writeRef(home, path.join(folder, 'out.bin'), 'some weights', 1);
        expect((await rejection(readRef(home, ref), GurukulError)).type).to.equal('ChecksumMismatch');
        expect(readFileSync(path.join(folder, 'out.bin')).byteLength).to.equal(damage === 'flip' ? 12 : 6);
        writeFileSync(path.join(folder, 'out.bin'), 'some weights');
        await readRef(home, ref);
      });
  });
});
