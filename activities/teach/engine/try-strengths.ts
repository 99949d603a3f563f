import type { PhaseCheckpoint } from './checkpoint.js';
import { download } from './download.js';
import type { HeadBasis } from './head-basis.js';
import { logLossOf } from './log-loss.js';
import { headShifts, trainHeads } from './train-heads.js';
import type { TrainableWindow, WindowPart } from './window-batch.js';
import { disposeBatch, windowBatch } from './window-batch.js';

export interface StrengthTask {
  readonly windows: readonly TrainableWindow[];
  /** Of the prior's first fit. */
  readonly basis: HeadBasis;
  readonly strengths: readonly number[];
  readonly padded: Readonly<Record<WindowPart, number>>;
  readonly checkpoint: PhaseCheckpoint;
  readonly onStep: (step: number, steps: number, loss: number) => void;
}

/** What every candidate says of a window's validation rows: first no adaptation, then each strength. */
export interface StrengthTrial {
  readonly logits: readonly Float32Array[];
  /** Log-loss of every row. */
  readonly losses: readonly (readonly number[])[];
  readonly diverged: boolean;
}

/** Trains every strength on the windows' `select` rows and judges it on their `validation` rows. */
export async function tryStrengths(task: StrengthTask): Promise<StrengthTrial[]> {
  const { windows, basis, strengths, padded } = task;
  const variants = strengths.length;
  const judge = windowBatch(windows, 'validation', padded.validation, basis);
  try {
    const { heads, scales, diverged } = await trainStrengths(task);
    const base = download(judge.logits);
    const shifts = variants === 0 ? new Float32Array(0) : headShifts(judge, heads, scales, variants);
    return windows.map(({ table, rows }, window) => {
      const from = window * padded.validation;
      const alone = base.slice(from, from + rows.validation.length);
      const logits = [
        alone,
        ...strengths.map((_, variant) =>
          alone.map((value, row) => value + (shifts[(from + row) * variants + variant] ?? NaN)),
        ),
      ];
      const losses = logits.map((values) =>
        [...values].map((value, row) => logLossOf(value, table.label[rows.validation[row] ?? -1] ?? NaN)),
      );
      return { logits, losses, diverged: diverged[window] === 1 };
    });
  } finally {
    disposeBatch(judge);
  }
}

async function trainStrengths({
  windows,
  basis,
  strengths,
  padded,
  checkpoint,
  onStep,
}: StrengthTask): Promise<{ heads: Float32Array; scales: Float32Array; diverged: Uint8Array }> {
  const variants = strengths.length;
  const scales = Float32Array.from(windows.flatMap(() => strengths));
  const nothing = new Float32Array(0);
  if (variants === 0) return { heads: nothing, scales, diverged: new Uint8Array(windows.length) };
  const train = windowBatch(windows, 'select', padded.select, basis);
  try {
    return { scales, ...(await trainHeads({ train, scales, variants, checkpoint, onStep })) };
  } finally {
    disposeBatch(train);
  }
}
