import { describeEntry } from '../../data/schemas/label-rule.js';
import { withoutExtremes } from './dropped-extremes.js';
import { testScaledRidge } from './global-scaler.js';
import type { LeakFigures } from './leak-figures.js';
import { leakFigures } from './leak-figures.js';
import type { LeakBars, LeakConfig, LeakMarket } from './leak-market.js';
import { leakMarket } from './leak-market.js';
import { testRankedRidge } from './ranked-ridge.js';
import { testWindowTrees } from './shuffled-split.js';
import type { TestedRows } from './tested-rows.js';

export type { LeakBars, LeakConfig } from './leak-market.js';
export type { LeakFigure, LeakFigures } from './leak-figures.js';

export const LEAKS = [
  'shuffled_split',
  'global_scaler',
  'dropped_extremes',
  'survivors_only',
  'entry_at_close',
] as const;
export type LeakName = (typeof LEAKS)[number];

/** A planted leak: what it shows, beside what the same model shows without it. */
export interface MeasuredLeak {
  readonly leak: LeakName;
  /** What was trained and how it was tested, for a person. */
  readonly model: string;
  /** What is wrong with it, in a sentence. */
  readonly wrong: string;
  /** Null where the leak cannot be planted: see `reason`. */
  readonly honest: LeakFigures | null;
  readonly leaking: LeakFigures | null;
  readonly reason: string | null;
}

/** The bars of the index's members of today; or why there are none to compare with. */
export type Survivors = { readonly bars: LeakBars } | { readonly reason: string };

export interface LeakTask {
  readonly bars: LeakBars;
  readonly config: LeakConfig;
  readonly survivors: Survivors;
  /** Called before every step and after every cohort of it. */
  readonly onProgress: (step: string, done: number, of: number) => void;
}

const WRONG: Readonly<Record<LeakName, string>> = {
  shuffled_split:
    'labels of neighbouring days overlap almost entirely, so a tested day is known from the days before and after it',
  global_scaler:
    'mean and deviation over the whole period tell at each date whether the price is below its mean still to come',
  dropped_extremes:
    'which rows are extreme is known only afterwards: what is left cannot be told apart when it has to be predicted',
  survivors_only:
    'that a company is in the index today is known only today: those that fell out of it are missing from the test',
  entry_at_close:
    'features need the close, and nobody can trade at it any more: what is gained over night is not there to be had',
};

const WINDOW_TREES = 'boosted trees of each window’s own rows, of the label';
const RANKED_RIDGE = 'ridge of the 5-bar return’s rank, one a cohort, tested on the bars after it';

/**
 * Plants known leaks on some bars and measures what each fakes, by training or testing with it, beside the same model
 * without it. Equal bars and seed give equal figures.
 *
 * @throws GurukulError Bug when a symbol occurs twice.
 */
export async function measureLeaks({
  bars,
  config,
  survivors,
  onProgress,
}: LeakTask): Promise<MeasuredLeak[]> {
  const figures = (rows: TestedRows): LeakFigures => leakFigures(rows, config, 'leaks');
  const step =
    (name: string) =>
    (done: number, of: number): void =>
      onProgress(name, done, of);
  onProgress('features and labels', 0, 1);
  const market = leakMarket(bars, config);
  const trees = async (by: 'purged' | 'shuffled'): Promise<LeakFigures> =>
    figures(await testWindowTrees(market, by, step(`trees, ${by} split`)));
  const ridge = async (of: LeakMarket, name: string): Promise<TestedRows> => testRankedRidge(of, step(name));
  const measured = (
    leak: LeakName,
    model: string,
    honest: LeakFigures,
    leaking: LeakFigures,
  ): MeasuredLeak => ({ leak, model, wrong: WRONG[leak], honest, leaking, reason: null });
  const impossible = (leak: LeakName, model: string, reason: string): MeasuredLeak => ({
    ...{ leak, model, wrong: WRONG[leak], reason },
    honest: null,
    leaking: null,
  });

  const shuffled = measured('shuffled_split', WINDOW_TREES, await trees('purged'), await trees('shuffled'));
  const scaled = measured(
    'global_scaler',
    'ridge of the label on features and price, scaled by symbol, one a cohort, tested on the bars after it',
    figures(await testScaledRidge(market, 'past', step('ridge, scaled by the past'))),
    figures(await testScaledRidge(market, 'all', step('ridge, scaled by all rows'))),
  );
  const rows = await ridge(market, 'ridge of ranks');
  const honest = figures(rows);
  const dropped = measured('dropped_extremes', RANKED_RIDGE, honest, figures(withoutExtremes(rows)));
  const surviving =
    'reason' in survivors
      ? impossible('survivors_only', RANKED_RIDGE, survivors.reason)
      : measured(
          'survivors_only',
          RANKED_RIDGE,
          honest,
          figures(await ridge(leakMarket(survivors.bars, config), 'ridge of ranks, survivors')),
        );
  const entered =
    config.entry === 'close'
      ? impossible(
          'entry_at_close',
          RANKED_RIDGE,
          'the close is the entry that was asked for (--entry close)',
        )
      : measured(
          'entry_at_close',
          `${RANKED_RIDGE}; returns from the close, and honestly from ${describeEntry(config)}`,
          honest,
          figures(
            await ridge(
              leakMarket(bars, { ...config, entry: 'close' }),
              'ridge of ranks, entry at the close',
            ),
          ),
        );
  return [shuffled, scaled, dropped, surviving, entered];
}
