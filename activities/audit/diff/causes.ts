import type { SeriesChange } from './series-change.js';
import type { ValueChange } from './values.js';

/** Why two runs can have different results. */
export const CAUSES = ['bars', 'code', 'configuration', 'universe', 'seed', 'backend', 'policy'] as const;
export type CauseKind = (typeof CAUSES)[number];

/** Bars of the symbols that both runs have. */
export interface BarsCause {
  readonly series: readonly SeriesChange[];
  /** Symbols whose series are the same in both. */
  readonly same: number;
  /**
   * Whether only the digest of all bars says that something differs: corporate actions, dates of membership, sectors or
   * observed sessions, which are in the homes of the runs.
   */
  readonly unseen: boolean;
  /** Keys of the configuration that differ and decide which bars are read: the bars may differ because of them. */
  readonly follows: readonly string[];
}

export interface CodeCause {
  /** `results`: the digest of all code that a bundle depends on; `training`: of its part that trains; `version`: the program's. */
  readonly fields: readonly ValueChange[];
  /** Whether the code that trains is the same; null where a home does not say. */
  readonly sameTraining: boolean | null;
}

export interface UniverseCause {
  /** Keys of the configuration: the universe, and whose members take part. */
  readonly fields: readonly ValueChange[];
  /** Symbols of the second run alone, and of the first. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Symbols with other dates of membership or another sector; null where no home says. */
  readonly members: readonly string[] | null;
}

export interface BackendCause {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Which parts differ, where each run used one backend: library, version, device, instruction set, threads. */
  readonly parts: readonly ValueChange[];
  /** Cohorts of both runs that were trained with other backends; null where a bundle does not say. */
  readonly cohorts: readonly string[] | null;
}

/** What differs between the inputs of two runs; null, or an empty list: nothing. */
export interface Causes {
  readonly bars: BarsCause | null;
  readonly code: CodeCause | null;
  /** Keys of the run's input, without those of universe and seed. */
  readonly configuration: readonly ValueChange[];
  readonly universe: UniverseCause | null;
  readonly seed: ValueChange | null;
  readonly backend: BackendCause | null;
  /** Values of the policy that the examination decides by. */
  readonly policy: readonly ValueChange[];
}

/** The causes that differ, in the order of {@link CAUSES}. */
export function kindsOf(causes: Causes): CauseKind[] {
  return CAUSES.filter((kind) => {
    const cause = causes[kind];
    return cause !== null && !('length' in cause && cause.length === 0);
  });
}

/**
 * The causes that stand by themselves and that results can depend on. Bars that may differ because the configuration or
 * the seed decides which ones are read count with these; bars after the end of both runs do not count.
 */
export function ownKinds(causes: Causes): CauseKind[] {
  const { bars } = causes;
  const counts =
    bars !== null &&
    bars.follows.length === 0 &&
    (bars.unseen || bars.series.some(({ afterEnd }) => afterEnd !== true));
  return kindsOf(causes).filter((kind) => kind !== 'bars' || counts);
}
