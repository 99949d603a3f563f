import type { BarSeries } from '../bars/series.js';
import type { Calendar } from '../calendar.js';
import type { CorporateAction } from '../schemas/corporate-action.js';
import type { Finding } from '../schemas/ingest.js';
import type { SourceName } from '../schemas/run-choices.js';
import type { RunConfig } from '../schemas/run-input.js';
import type { Universe } from '../schemas/universe.js';

/** What a source gave for one symbol. */
export interface SourceBars {
  /** As traded. Null when the source has no bars, or when a finding of severity error says why not. */
  readonly series: BarSeries | null;
  readonly findings: readonly Finding[];
  /** How messages call a bar, where the source has a name for it (`file:line`). */
  readonly place?: (bar: number) => string;
}

/** Where bars come from. */
export interface BarSource {
  readonly name: SourceName;
  /**
   * Bars of one symbol, the same whatever else was read.
   *
   * @throws GurukulError for what is wrong with the source as a whole; what is wrong with the symbol's
   * bars comes as findings.
   */
  read(symbol: string): Promise<SourceBars>;
  /** Corporate actions that the symbol's bars have to be adjusted by, in order of ex-date. */
  actions(symbol: string): readonly CorporateAction[];
}

/** The part of a run's configuration that says where bars come from. */
export type SourceConfig = Pick<RunConfig, 'source' | 'bars' | 'interval' | 'seed'>;

/** What every source may look at. */
export interface SourceDeps {
  readonly packageRoot: string;
  readonly universe: Universe;
  readonly calendar: Calendar;
}
