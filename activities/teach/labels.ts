import type { SymbolTable } from './feature-table.js';
import { UNRESOLVED } from './feature-table.js';

/** The label columns of a table. */
export type Labels = Pick<SymbolTable, 'forwardReturn' | 'label' | 'resolvedAt'>;

/** What is to be foretold. */
export interface LabelRule {
  /** Bars ahead. */
  readonly horizon: number;
  /** Forward return above which a label is 1, as a fraction. */
  readonly threshold: number;
}

/**
 * Labels every bar by the return over the next `horizon` bars of its own series. The label of bar t is a
 * statement about the closed interval [t, resolvedAt]; at the end, where the future is not there yet,
 * the return is NaN, the label 0 and `resolvedAt` UNRESOLVED.
 *
 * @param time Bar times in exchange minutes.
 * @param close Adjusted closes.
 */
export function labelBars(time: Int32Array, close: Float64Array, rule: LabelRule): Labels {
  const count = time.length;
  const forwardReturn = new Float64Array(count).fill(NaN);
  const label = new Uint8Array(count);
  const resolvedAt = new Int32Array(count).fill(UNRESOLVED);
  for (let t = 0; t + rule.horizon < count; t += 1) {
    const change = (close[t + rule.horizon] ?? NaN) / (close[t] ?? NaN) - 1;
    forwardReturn[t] = change;
    label[t] = change > rule.threshold ? 1 : 0;
    resolvedAt[t] = time[t + rule.horizon] ?? UNRESOLVED;
  }
  return { forwardReturn, label, resolvedAt };
}
