import type { Backtest } from '../../../data/schemas/backtest.js';
import type { Briefing } from '../../../data/schemas/briefing.js';
import type { BundleConfig } from '../../../data/schemas/bundle.js';
import type { Metrics } from '../../../data/schemas/metrics.js';
import type { StressTests } from '../../../data/schemas/stress.js';

/** What a run's bundle says of the strategy by its models, from sealed files alone. */
export interface BacktestAnswer {
  readonly runId: string;
  /** Of the bundle. */
  readonly digest: string;
  readonly config: BundleConfig;
  /** Digest over all bars, and the number of series with bars. */
  readonly bars: { readonly digest: string; readonly series: number };
  readonly figures: BacktestFigures | null;
  /** Why there are no figures; null where there are. */
  readonly lacks: string | null;
}

/** The figures of a bundle of this version. */
export interface BacktestFigures {
  readonly backtest: Backtest;
  /** Of `ranking`, the lines of the arms of the backtest. */
  readonly metrics: Pick<Metrics, 'options' | 'method' | 'forward' | 'ranking'>;
  readonly stress: StressTests;
  readonly briefing: Pick<Briefing, 'recommendation' | 'reasons' | 'trials'> & {
    readonly gates: NonNullable<Briefing['gates']>;
  };
}
