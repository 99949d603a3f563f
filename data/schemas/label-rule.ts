/** What a run foretells: see `describeLabel`. */
export const LABELS = ['horizon', 'triple-barrier'] as const;
export type LabelKind = (typeof LABELS)[number];

/** The part of a run's input that says what its labels are. */
export interface LabelRule {
  /** Bars ahead that a label looks, at most: the vertical barrier. */
  readonly horizon: number;
  /** Forward return above which a label is 1, as a fraction; of the triple barrier the upper one. */
  readonly threshold: number;
  /** @default 'horizon' */
  readonly label?: LabelKind;
  /** How far below the close the lower barrier lies, as a fraction above 0. @default threshold */
  readonly lowerBarrier?: number | undefined;
}

/** How far below the close the lower barrier lies; undefined where labels have none. */
export function lowerBarrierOf({ label, threshold, lowerBarrier }: LabelRule): number | undefined {
  return label === 'triple-barrier' ? (lowerBarrier ?? threshold) : undefined;
}

/** When a label is 1, for a person: `the close rises more than 2 % in 5 bars`. */
export function describeLabel(rule: LabelRule): string {
  const { horizon, threshold } = rule;
  const percent = (fraction: number): string => `${Number((100 * fraction).toPrecision(6))} %`;
  const bars = `${horizon} ${horizon === 1 ? 'bar' : 'bars'}`;
  const lower = lowerBarrierOf(rule);
  return lower === undefined
    ? `the close rises more than ${percent(threshold)} in ${bars}`
    : `the price touches ${percent(threshold)} above the close before it touches ${percent(lower)} below it, within ${bars}`;
}
