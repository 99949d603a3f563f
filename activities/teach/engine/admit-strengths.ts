import type { FeatureTable } from '../feature-table.js';
import type { CohortSplit } from '../splits.js';
import type { PhaseCheckpoint } from './checkpoint.js';
import type { HeadBasis } from './head-basis.js';
import { mean, standardError } from './log-loss.js';
import { STRENGTHS } from './settings.js';
import { admitWindow, isFailure } from './sick-windows.js';
import { tryStrengths } from './try-strengths.js';
import { paddedRows } from './window-batch.js';

/** Windows that are asked, at most. */
const ASKED = 512;

/** Standard errors that a gain must stand above zero. */
const CLEARLY = 2;

/** What the windows of a cohort say of adaptation, all together. */
export interface AdmittedStrengths {
  /** Strengths that help the cohort's windows on the whole, weakest first; often none. */
  readonly strengths: readonly number[];
  /** Mean gain in log-loss over no adaptation, and its standard error, of every strength tried. */
  readonly gains: readonly { readonly strength: number; readonly gain: number; readonly error: number }[];
}

/**
 * Asks the windows of all symbols which strengths of adaptation help. A single window has two dozen
 * validation rows with overlapping labels and would take noise for a reason to adapt: on real bars that
 * cost more than all that the prior had learnt. So a strength is admitted only where it gains more than
 * {@link CLEARLY} standard errors over the validation rows of the whole cohort; each window still chooses
 * among what is admitted.
 */
export async function admitStrengths(
  table: FeatureTable,
  split: CohortSplit,
  basis: HeadBasis,
  horizon: number,
  checkpoint: PhaseCheckpoint,
  onStep: (step: number, steps: number, loss: number) => void,
): Promise<AdmittedStrengths> {
  const stride = Math.ceil(table.symbols.length / ASKED);
  const windows = table.symbols
    .filter((_, place) => place % stride === 0)
    .map(({ symbol }) => admitWindow(table, symbol, split))
    .flatMap((window) => (isFailure(window) || window.rows.validation.length === 0 ? [] : [window]));
  if (windows.length === 0) return { strengths: [], gains: [] };
  const trials = await tryStrengths({
    windows,
    basis,
    strengths: STRENGTHS,
    padded: paddedRows(table, split),
    checkpoint,
    onStep,
  });

  const gains = STRENGTHS.map((strength, variant) => {
    const sessions = new Map<number, number[]>();
    trials.forEach(({ losses, diverged }, window) => {
      const { table: bars, rows } = windows[window] ?? { table: undefined, rows: undefined };
      if (diverged || bars === undefined) return;
      rows.validation.forEach((row, place) => {
        const time = bars.time[row] ?? NaN;
        const gain = (losses[0]?.[place] ?? NaN) - (losses[variant + 1]?.[place] ?? NaN);
        sessions.set(time, [...(sessions.get(time) ?? []), gain]);
      });
    });
    const inOrder = [...sessions.entries()].sort(([a], [b]) => a - b).map(([, values]) => mean(values));
    return { strength, gain: mean(inOrder), error: standardError(inOrder, horizon) };
  });
  return {
    gains: gains.filter(({ gain, error }) => Number.isFinite(gain) && Number.isFinite(error)),
    strengths: gains.filter(({ gain, error }) => gain > CLEARLY * error).map(({ strength }) => strength),
  };
}
