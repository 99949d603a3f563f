import type { SymbolTable } from './feature-table.js';
import { UNRESOLVED } from './feature-table.js';
import { scaleUnit } from './features/scale.js';

/** The label columns of a table. */
export type Labels = Pick<SymbolTable, 'forwardReturn' | 'forwardScale' | 'label' | 'resolvedAt'>;

/** What is to be foretold. */
export interface LabelRule {
  /** Bars ahead. */
  readonly horizon: number;
  /** Forward return above which a label is 1, as a fraction. */
  readonly threshold: number;
}

/**
 * Labels every bar by the return over the next `horizon` bars of its own series. The label of bar t is a
 * statement about the closed interval [t, resolvedAt], and so is its forward scale; at the end, where the
 * future is not there yet, both are NaN, the label 0 and `resolvedAt` UNRESOLVED.
 *
 * @param time Bar times in exchange minutes.
 * @param close Adjusted closes.
 */
export function labelBars(time: Int32Array, close: Float64Array, rule: LabelRule): Labels {
  const count = time.length;
  const forwardReturn = new Float64Array(count).fill(NaN);
  const forwardScale = new Float64Array(count).fill(NaN);
  const label = new Uint8Array(count);
  const resolvedAt = new Int32Array(count).fill(UNRESOLVED);
  for (let t = 0; t + rule.horizon < count; t += 1) {
    const change = (close[t + rule.horizon] ?? NaN) / (close[t] ?? NaN) - 1;
    forwardReturn[t] = change;
    forwardScale[t] = scaleAhead(close, t, rule);
    label[t] = change > rule.threshold ? 1 : 0;
    resolvedAt[t] = time[t + rule.horizon] ?? UNRESOLVED;
  }
  return { forwardReturn, forwardScale, label, resolvedAt };
}

/** Realised scales below this share of the threshold are taken for it: the logarithm of a still price is no figure. */
const SMALLEST_SHARE = 0.05;

function scaleAhead(close: Float64Array, t: number, { horizon, threshold }: LabelRule): number {
  const unit = scaleUnit(threshold);
  let squares = 0;
  for (let bar = t + 1; bar <= t + horizon; bar += 1)
    squares += Math.log((close[bar] ?? NaN) / (close[bar - 1] ?? NaN)) ** 2;
  return Math.log(Math.max(Math.sqrt(squares) / unit, SMALLEST_SHARE));
}
