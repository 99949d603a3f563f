import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { NO_ACTION } from '../../../data/actions/action-file.js';
import { ACTIONS_FILE, loadActions } from '../../../data/actions/load-actions.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { seriesText } from '../../../data/bars/series-text.js';
import { loadCalendar } from '../../../data/calendar/calendar.js';
import { RUN_DEFAULTS } from '../../../data/schemas/run-choices.js';
import type { CorporateAction } from '../../../data/schemas/corporate-action.js';
import { openSyntheticSource } from '../../../data/sources/synthetic/synthetic-source.js';
import { writeFileAtomic } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { startOfDate } from '../../../data/time/dates.js';
import { loadUniverse } from '../../../data/universe/universe.js';

const SINCE_EVER = '1900-01-01';
const AFTER_ALL = '9999-12-31';

/** A synthetic universe as a folder of bar files, for every program that reads such files. */
export interface CsvUniverse {
  /** Holds SYMBOL.csv, as traded, and the list of corporate actions. */
  readonly bars: string;
  /** All members, those without bars included. */
  readonly symbols: readonly { readonly symbol: string; readonly industry: string }[];
}

/**
 * Writes the bars that a run of the synthetic source would make itself.
 *
 * @param universe Name of a universe, or the path of its file.
 * @param until The first date that is left out, ISO.
 */
export async function writeCsvUniverse(
  folder: string,
  universe: string,
  until = AFTER_ALL,
): Promise<CsvUniverse> {
  const loaded = await loadUniverse(universe, packageRoot);
  const { interval, seed } = RUN_DEFAULTS;
  const source = openSyntheticSource(
    { ...RUN_DEFAULTS, source: 'synthetic', interval, seed },
    { universe: loaded, calendar: loadCalendar(packageRoot), packageRoot },
  );
  await mkdir(folder, { recursive: true });
  // The project's list is of real bars: what it says of these symbols is taken away.
  const real = await loadActions({ home: new Home(folder), packageRoot });
  const actions: string[] = [];
  for (const { symbol, listingDate } of loaded.members) {
    const { series } = await source.read(symbol);
    if (series === null) continue;
    // A run leaves out what a file has from before the listing; then the peer has to have no such bars either.
    const [first, last] = [listingDate ?? SINCE_EVER, until].map((date) =>
      lowerBound(series.time, startOfDate(date)),
    );
    await writeFileAtomic(
      path.join(folder, `${symbol}.csv`),
      seriesText(sliceBars(series, first ?? 0, last ?? 0)),
    );
    const own = source.actions(symbol);
    const others = real.of(symbol).filter(({ exDate }) => own.every((action) => action.exDate !== exDate));
    actions.push(...own.map((action) => actionLine(symbol, action)));
    actions.push(
      ...others.map(({ exDate }) => actionLine(symbol, { exDate, priceFactor: 1, kind: NO_ACTION })),
    );
  }
  const header = 'symbol,ex_date,price_factor,kind';
  await writeFileAtomic(path.join(folder, ACTIONS_FILE), `${[header, ...actions].join('\n')}\n`);
  return {
    bars: folder,
    symbols: loaded.members.map(({ symbol, industry }) => ({ symbol, industry: industry ?? '' })),
  };
}

function actionLine(symbol: string, { exDate, priceFactor, kind }: CorporateAction): string {
  return `${symbol},${exDate},${priceFactor},${kind}`;
}
