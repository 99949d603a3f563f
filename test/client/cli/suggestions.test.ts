import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { writeSeries } from '../../../data/bars/bar-store.js';
import { encodePredictions } from '../../../data/predictions/parquet.js';
import type { SeriesRecord } from '../../../data/schemas/ingest.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { writeFileAtomic, writeJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { startOfDate } from '../../../data/time/dates.js';
import { gurukulHere } from '../support/gurukul-here.js';
import { gurukul } from '../support/gurukul-process.js';

describe('suggestions for a wrong name', () => {
  let folder: string;
  let home: Home;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-suggestions-'));
    home = new Home(path.join(folder, 'home'));
    const dates = ['2024-01-01', '2024-01-02', '2024-01-03'];
    const symbols = dates.map(() => 'RELIANCE');
    const numbers = dates.map(() => 0.5);
    await writeJson(home.runInput('nightly'), { ...runInputSchema.parse({}), runId: 'nightly' });
    await writeJson(home.ingest('nightly'), {
      ...{ source: 'synthetic', interval: '1day', digest: '' },
      series: [await keptSeries(home, 'RELIANCE', dates)],
    });
    await writeFileAtomic(
      home.predictions('nightly'),
      encodePredictions({
        ...{ symbol: symbols, date: dates, window: symbols, split: dates.map(() => 'forward') },
        ...{ model: dates.map(() => 'teacher'), score: numbers },
        ...{ probability: numbers, label: dates.map(() => 1), forwardReturn: numbers, baseRate: numbers },
      }),
    );
    mkdirSync(home.bundle('nightly'), { recursive: true });
    writeFileSync(path.join(folder, 'config.json'), '{"windwDays": 3}');
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [what, line, hint] of [
    ['a run', 'status nightl', 'did you mean nightly?'],
    ['a run to resume', 'resume nightyl', 'did you mean nightly?'],
    ['a run to explain', 'explain nihgtly TCS 2024-01-01', 'did you mean nightly?'],
    ['a symbol to explain', 'explain nightly RELAINCE 2024-01-01', 'did you mean RELIANCE?'],
    [
      'a date to explain',
      'explain nightly RELIANCE 2024-02-01',
      'the nearest dates are 2024-01-01, 2024-01-02, 2024-01-03',
    ],
    ['a bundle', 'audit verify audit_nightyl', 'did you mean audit_nightly?'],
    ['a universe', 'plan --universe nifty10', 'did you mean nifty100?'],
    ['a symbol of the universe', 'plan --symbols RELAINCE', 'did you mean RELIANCE?'],
    ['a key of the config file', 'plan --config config.json', 'did you mean windowDays?'],
    ['a role', 'worker --role tain', 'did you mean train?'],
  ] as const)
    it(`name what is near: ${what}`, async () => {
      const { status, stderr } = await gurukulHere(line.split(' '), {
        home,
        address: '127.0.0.1:1',
        cwd: folder,
      });
      expect(stderr).to.contain(hint);
      expect(status).to.equal(2);
    });

  for (const [what, line, hint] of [
    ['a command', 'stauts nightly', 'Did you mean status?'],
    ['a flag', 'plan --simbols TCS', 'Did you mean --symbols?'],
    ['a command within a command', 'audit verfy x', 'Did you mean verify?'],
    ['a choice', 'completion bahs', 'Allowed choices are bash, zsh, fish'],
  ] as const)
    it(`are those of the parser: ${what}`, async () => {
      const { status, stderr } = await gurukul(line.split(' '), {
        cwd: folder,
        env: { GURUKUL_HOME: home.root },
      });
      expect(stderr).to.contain(hint);
      expect(status).to.equal(2);
    });
});

/** Keeps a daily series with a bar on each date; its record. */
async function keptSeries(home: Home, symbol: string, dates: readonly string[]): Promise<SeriesRecord> {
  const prices = Float64Array.from(dates, () => 100);
  const series = {
    ...{ symbol, interval: '1day' as const, time: Int32Array.from(dates, startOfDate) },
    ...{ open: prices, high: prices, low: prices, close: prices, volume: prices },
  };
  return {
    ...{ symbol, status: 'ok', reason: null, error: null, ref: await writeSeries(home, series) },
    ...{ first: dates[0] ?? null, last: dates.at(-1) ?? null, bars: dates.length },
    ...{ missingSessions: 0, actions: 0, findings: [] },
  };
}
