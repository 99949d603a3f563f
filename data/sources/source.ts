import type { BarSeries } from '../bars/series.js';
import type { Calendar } from '../calendar/calendar.js';
import type { CorporateAction } from '../schemas/corporate-action.js';
import type { Finding } from '../schemas/ingest.js';
import type { SourceName } from '../schemas/run-choices.js';
import type { RunConfig } from '../schemas/run-input.js';
import type { Universe } from '../schemas/universe.js';
import type { FileState } from '../store/file-state.js';
import type { Home } from '../store/home.js';
import type { SymbolAliases } from '../symbols/symbol-aliases.js';

/** The bars of one symbol from a source. */
export interface SourceBars {
  /** As traded. Null if the source has no bars, or if a finding of severity error says why they cannot be used. */
  readonly series: BarSeries | null;
  readonly findings: readonly Finding[];
  /** The place of a bar in messages (`file:line`), for a source of files. */
  readonly place?: (bar: number) => string;
  /** The files of {@link SeriesOrigin}, as they were read; absent where that is not known of all of them. */
  readonly read?: readonly FileState[];
}

/** What the bars of a symbol and their findings depend on, beside the code. */
export interface SeriesOrigin {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Everything else, as plain values. */
  readonly given: unknown;
}

/** What was found in a folder of bar files. */
export interface BarFilesReport {
  /** Names of formats, and how many files were read in each. */
  readonly formats: readonly { readonly format: string; readonly files: number }[];
  /** Files that no bars were taken from, and why. */
  readonly unused: readonly { readonly file: string; readonly reason: string }[];
}

/** Where bars are read from. */
export interface BarReader {
  readonly name: SourceName;
  /**
   * Reads the bars of one symbol; the result does not depend on other calls.
   *
   * @throws GurukulError for a problem with the source as a whole; problems with the symbol's bars are findings.
   */
  read(symbol: string): Promise<SourceBars>;
  /** What a read would depend on, found out without one; undefined, or absent, where it cannot be. */
  origin?(symbol: string): Promise<SeriesOrigin | undefined>;
  /** For a source of files: how those that were read so far were read, and which are of no use. */
  files?(): Promise<BarFilesReport>;
}

/** A reader with the corporate actions of its bars. */
export interface BarSource extends BarReader {
  /** The corporate actions that the symbol's bars have to be adjusted for, in order of ex-date. */
  actions(symbol: string): readonly CorporateAction[];
}

/** The part of a run's configuration that determines its bars. */
export type SourceConfig = Pick<
  RunConfig,
  'source' | 'bars' | 'interval' | 'seed' | 'format' | 'dateFormat' | 'stamps'
>;

/** What every source may use. */
export interface SourceDeps {
  readonly packageRoot: string;
  readonly universe: Universe;
  readonly calendar: Calendar;
}

/** What a source of files needs: a file may be under any name of a share. */
export type FolderDeps = Pick<SourceDeps, 'packageRoot' | 'universe'> &
  Pick<SymbolAliases, 'aliases'> & {
    /** Keeps what is known of a folder; absent: nothing is kept. */
    readonly home?: Home;
  };
