import { existsSync } from 'node:fs';
import { appendFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { writeRef } from '../../../data/store/file-refs.js';
import { writeJson } from '../../../data/store/files.js';
import type { Forgetting, Forgotten } from '../../../data/store/forget-failures.js';
import { forgetFailures } from '../../../data/store/forget-failures.js';
import type { Home } from '../../../data/store/home.js';
import { sealUnit } from '../../../data/store/units.js';
import { newHome } from '../../activities/model/job-rig.js';

const SHARDS = [['ABB', 'INFY'], ['ITC', 'TCS'], ['WIPRO']];
const [EARLY, LATE] = ['2022-01-01_to_2022-06-30', '2022-06-30_to_2022-12-27'];

describe('forgetting the failures of a run', () => {
  let home: Home;

  /** Two cohorts of three shards. In each INFY and ITC have failed, and the last shard was never finished. */
  beforeEach(async () => {
    home = newHome();
    const cohorts = [EARLY, LATE].map((id) => ({
      id,
      start: '2022-01-01',
      end: '2022-06-30',
      shards: SHARDS,
    }));
    const counts = { windows: 10, trainable: 10, shards: 6, skipped: {}, failed: {}, items: [] };
    await writeJson(home.plan('r'), { ...counts, cohorts });
    for (const { id } of cohorts) {
      await writeJson(home.cohortIndex('r', id), {});
      for (const [shard, symbols] of SHARDS.slice(0, 2).entries()) await finish(id, shard, symbols);
    }
  });
  afterEach(() => rm(home.root, { recursive: true }));

  async function finish(cohort: string, shard: number, symbols: readonly string[]): Promise<void> {
    const folder = home.shardDir('r', cohort, 'real', shard);
    const lines = symbols.map((symbol) => {
      const status = ['INFY', 'ITC'].includes(symbol) ? 'failed' : 'succeeded';
      return `${JSON.stringify({ symbol, status })}\n`;
    });
    const windows = await writeRef(home, path.join(folder, 'windows.jsonl'), lines.join(''), lines.length);
    await sealUnit(home, path.join(folder, 'unit.json'), { key: 'k', outputs: { windows }, summary: {} });
  }

  /** Finished shards and list of a cohort that are left. */
  const left = (cohort: string): { readonly shards: number[]; readonly list: boolean } => ({
    shards: [0, 1, 2].filter((shard) =>
      existsSync(path.join(home.shardDir('r', cohort, 'real', shard), 'unit.json')),
    ),
    list: existsSync(home.cohortIndex('r', cohort)),
  });
  const whole = { shards: [0, 1], list: true };

  for (const [forgetting, forgotten, early, late] of [
    [{}, { windows: 6, cohorts: [EARLY, LATE] }, { shards: [], list: false }, { shards: [], list: false }],
    [{ cohorts: [LATE] }, { windows: 3, cohorts: [LATE] }, whole, { shards: [], list: false }],
    // WIPRO's shard is tried again with its cohort in any case.
    [
      { cohorts: [EARLY], symbols: ['INFY'] },
      { windows: 2, cohorts: [EARLY] },
      { shards: [1], list: false },
      whole,
    ],
    [{ cohorts: [EARLY], symbols: ['WIPRO'] }, { windows: 1, cohorts: [EARLY] }, whole, whole],
    [{ symbols: ['ABB'] }, { windows: 0, cohorts: [] }, whole, whole],
    // Without a placebo none of its windows has a teacher, ABB's neither.
    [{ symbols: ['ABB'], untaught: [LATE] }, { windows: 5, cohorts: [LATE] }, whole, whole],
  ] as const satisfies readonly (readonly [Forgetting, Forgotten, object, object])[])
    it(`with ${JSON.stringify(forgetting)} concerns ${forgotten.windows} windows of ${forgotten.cohorts.length} cohorts`, async () => {
      expect(await forgetFailures(home, 'r', forgetting)).to.deep.equal(forgotten);
      expect(left(EARLY)).to.deep.equal(early);
      expect(left(LATE)).to.deep.equal(late);
    });

  it('passes over a line that a crash has cut off', async () => {
    const windows = path.join(home.shardDir('r', EARLY, 'real', 0), 'windows.jsonl');
    await appendFile(windows, '{"symbol":"ABB","sta');
    expect(await forgetFailures(home, 'r', { cohorts: [EARLY], symbols: ['INFY'] })).to.deep.equal({
      windows: 2,
      cohorts: [EARLY],
    });
  });
});
