import type { Entry } from './run-choices.js';
import { UNSTATED_ENTRY } from './run-choices.js';

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
  /** Distance of the lower barrier below the entry price, as a fraction above 0. @default threshold */
  readonly lowerBarrier?: number | undefined;
  /** Where the return starts. @default 'close' */
  readonly entry?: Entry | undefined;
}

/** Distance of the lower barrier below the entry price; undefined for labels without barriers. */
export function lowerBarrierOf({ label, threshold, lowerBarrier }: LabelRule): number | undefined {
  return label === 'triple-barrier' ? (lowerBarrier ?? threshold) : undefined;
}

/** The entry of a rule. */
export function entryChoice({ entry }: Pick<LabelRule, 'entry'>): Entry {
  return entry ?? UNSTATED_ENTRY;
}

/** Slots from a bar to the one that ends its label's horizon: one more where the entry is a bar later. */
export function slotsAhead({ horizon, entry }: Pick<LabelRule, 'horizon' | 'entry'>): number {
  return entry === 'next-close' ? horizon + 1 : horizon;
}

const ENTRY_TEXTS = {
  'next-open': 'the next open',
  'next-close': 'the next close',
  close: 'the close',
} as const satisfies Record<Entry, string>;

/** The price that a label's return starts from, for a person: `the next open`. */
export function describeEntry(rule: Pick<LabelRule, 'entry'>): string {
  return ENTRY_TEXTS[entryChoice(rule)];
}

/** The condition for label 1, for a person: `the price rises more than 2 % from the next open in 5 bars`. */
export function describeLabel(rule: LabelRule): string {
  const { horizon, threshold } = rule;
  const percent = (fraction: number): string => `${Number((100 * fraction).toPrecision(6))} %`;
  const bars = `${horizon} ${horizon === 1 ? 'bar' : 'bars'}`;
  const lower = lowerBarrierOf(rule);
  const entry = describeEntry(rule);
  if (lower !== undefined)
    return `the price touches ${percent(threshold)} above ${entry} before it touches ${percent(lower)} below it, within ${bars}`;
  return entryChoice(rule) === 'close'
    ? `the close rises more than ${percent(threshold)} in ${bars}`
    : `the price rises more than ${percent(threshold)} from ${entry} in ${bars}`;
}
