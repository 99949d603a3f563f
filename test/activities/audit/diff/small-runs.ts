import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { BarSeries } from '../../../../data/bars/series.js';
import { seriesText } from '../../../../data/bars/series-text.js';
import type { RunInputDraft } from '../../../../data/schemas/run-input.js';
import { Home } from '../../../../data/store/home.js';
import type { SealedBundle } from '../../../support/run-in-process.js';
import { runInProcess } from '../../../support/run-in-process.js';
import { barsWithoutSignal } from '../../leaks/bars-without-signal.js';

/** Small runs on bar files, which differ in what a test says. */
export interface SmallRuns {
  readonly home: Home;
  readonly symbols: readonly string[];
  /**
   * @param change What the run is given in addition.
   * @param edit Changes the bars of a symbol before they are written.
   */
  run(runId: string, change?: RunInputDraft, edit?: (series: BarSeries) => BarSeries): Promise<SealedBundle>;
}

/** One more than a rank IC needs. */
const SYMBOLS = 6;

/** Runs of six symbols and two cohorts of 2021, in a new home, on bars up to February 2022. */
export async function smallRuns(): Promise<SmallRuns> {
  const home = new Home(await mkdtemp(path.join(tmpdir(), 'gurukul-diff-')));
  const series = await barsWithoutSignal(1, SYMBOLS, '2022-03-01');
  const symbols = series.map(({ symbol }) => symbol);
  return {
    home,
    symbols,
    async run(runId, change = {}, edit = (bars) => bars) {
      const bars = path.join(home.root, 'files', runId);
      await mkdir(bars, { recursive: true });
      for (const one of series) await writeFile(path.join(bars, `${one.symbol}.csv`), seriesText(edit(one)));
      return runInProcess(home, runId, {
        ...{ source: 'csv', bars, symbols, adjust: 'none', membership: 'today' },
        ...{ from: '2021-01-01', to: '2022-01-01' },
        ...change,
      });
    },
  };
}
