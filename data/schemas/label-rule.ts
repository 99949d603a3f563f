/** What a run predicts: see `describeLabel`. */
export const LABELS = ['horizon', 'triple-barrier'] as const;
export type LabelKind = (typeof LABELS)[number];

/** The part of a run's input that defines its labels. */
export interface LabelRule {
  /** Number of bars that a label looks ahead, at most: the vertical barrier. */
  readonly horizon: number;
  /** Forward return above which a label is 1, as a fraction; for the triple barrier, the upper barrier. */
  readonly threshold: number;
  /** @default 'horizon' */
  readonly label?: LabelKind;
  /** Distance of the lower barrier below the close, as a fraction above 0. @default threshold */
  readonly lowerBarrier?: number | undefined;
}

/** Distance of the lower barrier below the close; undefined for labels without barriers. */
export function lowerBarrierOf({ label, threshold, lowerBarrier }: LabelRule): number | undefined {
  return label === 'triple-barrier' ? (lowerBarrier ?? threshold) : undefined;
}

/** The condition for label 1, for a person: `the close rises more than 2 % in 5 bars`. */
export function describeLabel(rule: LabelRule): string {
  const { horizon, threshold } = rule;
  const percent = (fraction: number): string => `${Number((100 * fraction).toPrecision(6))} %`;
  const bars = `${horizon} ${horizon === 1 ? 'bar' : 'bars'}`;
  const lower = lowerBarrierOf(rule);
  return lower === undefined
    ? `the close rises more than ${percent(threshold)} in ${bars}`
    : `the price touches ${percent(threshold)} above the close before it touches ${percent(lower)} below it, within ${bars}`;
}
