import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { prepareResume } from '../../../activities/plan/prepare-resume.js';
import type { RetryRequest } from '../../../data/schemas/retry-request.js';
import type { Home } from '../../../data/store/home.js';
import { writeRef } from '../../../data/store/file-refs.js';
import { readJson, writeJson } from '../../../data/store/files.js';
import { quarantinedWindows, writeShardTroubles } from '../../../data/store/shard-troubles.js';
import { sealUnit } from '../../../data/store/units.js';
import { newHome } from '../model/job-rig.js';

const COHORT = '2023-01-01_to_2023-06-30';

/** An item of the plan. */
function item(symbol: string, status: string, reason: string | null = null): object {
  return { symbol, start: '2023-01-01', end: '2023-06-30', status, reason, detail: null, bars: 120 };
}

describe('preparing a resume', () => {
  let home: Home;
  /** A run of two shards: the first with a quarantined window, the second with a diverged one. */
  beforeEach(async () => {
    home = newHome();
    await writeJson(home.plan('r'), {
      windows: 2,
      trainable: 2,
      shards: 2,
      skipped: {},
      failed: {},
      cohorts: [{ id: COHORT, start: '2023-01-01', end: '2023-06-30', shards: [['BAD'], ['DIVERGED']] }],
      items: [
        ...['BAD', 'DIVERGED', 'WELL'].map((symbol) => item(symbol, 'trainable')),
        item('LATE', 'skipped', 'not_listed'),
        item('TORN', 'failed', 'BadSchema'),
      ],
    });
    for (const [shard, symbol] of ['BAD', 'DIVERGED'].entries()) {
      const folder = home.shardDir('r', COHORT, 'real', shard);
      const line = `${JSON.stringify({ symbol, status: 'failed' })}\n`;
      const windows = await writeRef(home, path.join(folder, 'windows.jsonl'), line, 1);
      await sealUnit(home, path.join(folder, 'unit.json'), { key: 'k', outputs: { windows }, summary: {} });
    }
    await writeShardTroubles(
      home,
      { runId: 'r', cohort: COHORT, shard: 0 },
      {
        key: 'k',
        windowsAtOnce: 1,
        crashes: 2,
        strikes: { BAD: 3 },
        quarantined: [{ symbol: 'BAD', error: 'TrainerCrashed', strikes: 3 }],
        lastWords: '',
      },
    );
  });
  afterEach(() => rm(home.root, { recursive: true }));

  const kept = (): boolean[] =>
    [0, 1].map((shard) => existsSync(path.join(home.shardDir('r', COHORT, 'real', shard), 'unit.json')));

  for (const [resume, shards, quarantined] of [
    [{}, [true, false], ['BAD']],
    [{ only: 'skipped' }, [true, true], ['BAD']],
    [{ only: 'failed' }, [false, false], []],
    [{ symbols: ['BAD'] }, [false, true], []],
    [{ symbols: ['DIVERGED'] }, [true, false], ['BAD']],
  ] as const satisfies readonly (readonly [RetryRequest, readonly boolean[], readonly string[]])[])
    it(`with ${JSON.stringify(resume)} keeps ${quarantined.length} in quarantine`, async () => {
      await prepareResume(home, 'r', resume);
      expect(kept()).to.deep.equal(shards);
      expect((await quarantinedWindows(home, 'r')).map(({ symbol }) => symbol)).to.deep.equal(quarantined);
    });

  for (const [resume, expected] of [
    [{}, undefined],
    [{ only: 'skipped' }, ['LATE']],
    [{ only: 'failed' }, ['TORN']],
    [{ symbols: ['WELL', 'LATE'] }, ['LATE', 'WELL']],
    [{ only: 'skipped', symbols: ['WELL', 'TORN'] }, []],
  ] as const satisfies readonly (readonly [RetryRequest, readonly string[] | undefined])[])
    it(`with ${JSON.stringify(resume)} reads ${expected === undefined ? 'all bars' : `the bars of ${expected.length}`} again`, async () => {
      const ref = await prepareResume(home, 'r', resume);
      expect(await readJson(home.reread('r'), z.array(z.string()))).to.deep.equal(expected);
      expect(ref?.rows).to.equal(expected?.length);
    });
});
