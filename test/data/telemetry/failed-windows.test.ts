import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { writeRef } from '../../../data/store/file-refs.js';
import { writeJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { forgetLostShards, writeLostShards } from '../../../data/store/lost-shards.js';
import { sealUnit } from '../../../data/store/units.js';
import { failedWindows } from '../../../data/telemetry/failed-windows.js';

const START = '2023-01-01';
const END = '2023-06-30';
const COHORT = `${START}_to_${END}`;
const HEADER = 'INFY.csv:1 lacks column close (found: last)';

describe('the failed windows of a run', () => {
  let home: Home;
  beforeEach(async () => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-failed-')));
    const item = (
      symbol: string,
      status: string,
      reason: string | null = null,
      detail: string | null = null,
    ) => ({
      symbol,
      start: START,
      end: END,
      status,
      reason,
      detail,
      bars: 0,
    });
    await writeJson(home.plan('r'), {
      windows: 8,
      trainable: 6,
      shards: 3,
      skipped: { not_listed: 1 },
      failed: { BadSchema: 1 },
      cohorts: [
        {
          id: COHORT,
          start: START,
          end: END,
          shards: [
            ['A', 'B'],
            ['C', 'D'],
            ['E', 'F'],
          ],
        },
      ],
      items: [
        ...['A', 'B', 'C', 'D', 'E', 'F'].map((symbol) => item(symbol, 'trainable')),
        item('INFY', 'failed', 'BadSchema', HEADER),
        item('LATE', 'skipped', 'not_listed', 'listed 2023-05-01'),
      ],
    });
    await writeJson(home.ingest('r'), {
      source: 'csv',
      interval: '1day',
      digest: 'd',
      series: [
        {
          symbol: 'INFY',
          status: 'refused',
          reason: HEADER,
          error: 'BadSchema',
          ref: null,
          first: null,
          last: null,
          bars: 0,
          missingSessions: 0,
          actions: 0,
          findings: [{ severity: 'error', code: 'bad_header', message: HEADER }],
        },
      ],
    });
    await shard(0, [
      { symbol: 'A', status: 'succeeded', error: null, message: null },
      { symbol: 'B', status: 'failed', error: 'Diverged', message: 'the loss is not finite any more' },
    ]);
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  async function shard(index: number, lines: readonly object[]): Promise<void> {
    const folder = home.shardDir('r', COHORT, 'real', index);
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const windows = await writeRef(home, path.join(folder, 'windows.jsonl'), text, lines.length);
    await sealUnit(home, path.join(folder, 'unit.json'), { key: 'k', outputs: { windows }, summary: {} });
  }

  const found = async (): Promise<string[]> =>
    (await failedWindows(home, 'r')).map(({ symbol, error, message }) => `${symbol} ${error}: ${message}`);

  it('are those refused at planning and those that failed in training, with the finding that refused them', async () => {
    expect(await failedWindows(home, 'r')).to.deep.equal([
      {
        window: `B_${COHORT}`,
        symbol: 'B',
        start: START,
        end: END,
        error: 'Diverged',
        message: 'the loss is not finite any more',
      },
      {
        window: `INFY_${COHORT}`,
        symbol: 'INFY',
        start: START,
        end: END,
        error: 'BadSchema',
        message: HEADER,
        code: 'bad_header',
      },
    ]);
  });

  it('are not those that had nothing to train on: these are skipped', async () => {
    await shard(1, [{ symbol: 'C', status: 'failed', error: 'DataGap', message: '0 rows' }]);
    expect(await found()).to.have.length(2);
  });

  it('have the error Bug where another version wrote a type that this one does not know', async () => {
    await shard(1, [{ symbol: 'C', status: 'failed', error: 'Unheard', message: 'of' }]);
    expect(await found()).to.include('C Bug: of');
  });

  it('are those of shards that ended without a result, until the run is started again', async () => {
    await writeLostShards(home, 'r', COHORT, [
      { shard: 2, error: 'TrainerCrashed', message: 'no sign of life' },
    ]);
    expect(await found()).to.deep.equal([
      'B Diverged: the loss is not finite any more',
      'E TrainerCrashed: no sign of life',
      'F TrainerCrashed: no sign of life',
      `INFY BadSchema: ${HEADER}`,
    ]);
    await forgetLostShards(home, 'r');
    expect(await found()).to.have.length(2);
  });

  it('are all of a cohort that failed as a whole', async () => {
    await writeLostShards(home, 'r', COHORT, [{ shard: null, error: 'OutOfMemory', message: 'the prior' }]);
    expect(await found()).to.deep.equal([
      ...['A', 'B', 'C', 'D', 'E', 'F'].map((symbol) => `${symbol} OutOfMemory: the prior`),
      `INFY BadSchema: ${HEADER}`,
    ]);
    await writeLostShards(home, 'r', COHORT, []);
    expect(await found()).to.have.length(2);
  });

  it('are none where the run has no plan', async () => {
    expect(await failedWindows(home, 'other')).to.deep.equal([]);
  });
});
