import type { PriorPhase } from '../choices/phase.js';
import type { PhaseCheckpoint } from '../units/checkpoint.js';
import type { RankFit } from './fit-rank-model.js';
import { BLENDS } from './rank-grid.js';
import type { RankArm, RankHead, RankModel, RankTable, RankWeights } from './rank-model.js';
import { fitRankTrees } from './rank-trees.js';

export interface AddTreesTask {
  readonly cohort: string;
  readonly seed: number;
  /** Share of the trees in the predicted rank, each part standardised: in (0, 1). */
  readonly share: number;
  /** What each phase knows: targets resolved earlier, exchange minutes. */
  readonly before: Readonly<Record<PriorPhase, number>>;
  /** One for the trees of each arm and phase. */
  readonly checkpoint: (name: string) => PhaseCheckpoint;
  readonly onStep: (step: number, steps: number) => void;
}

/**
 * Adds trees to both phases of both heads. The predicted rank becomes (1 − share) · linear + share · trees, the trees
 * scaled to the spread of the linear prediction over the trained rows. They are fitted to the same mix of neutral and
 * plain ranks as the weights.
 *
 * @throws GurukulError Cancelled.
 */
export async function addTrees(
  table: RankTable,
  { model, trained: fitted, candidates }: Pick<RankFit, 'model' | 'trained' | 'candidates'>,
  task: AddTreesTask,
): Promise<RankModel> {
  const headOf = async (arm: RankArm): Promise<RankHead> => {
    const { plainShare, blend } = candidates[arm];
    const [neutral, plain] = [fitted.targets.neutral[arm], fitted.targets.plain[arm]];
    const targets = neutral.map((rank, at) => (1 - plainShare) * rank + plainShare * (plain[at] ?? NaN));
    const weightsOf = async (phase: PriorPhase): Promise<RankWeights> => {
      const { weights, unit } = model[arm][phase];
      const { trees, spread } = await fitRankTrees(table, {
        rows: fitted,
        targets,
        blend: BLENDS[blend],
        before: task.before[phase],
        seed: [task.seed, 'rank trees', task.cohort, arm, phase],
        checkpoint: task.checkpoint(`${arm} ${phase}`),
        onStep: task.onStep,
      });
      const linear = fitted.spreads[arm][phase];
      // Without rows the trees are empty and the linear part stays alone.
      if (!(spread > 0) || !(linear > 0)) return { weights, unit };
      const factor = Math.fround((task.share * linear) / spread);
      return { weights: weights.map((weight) => (1 - task.share) * weight), unit, trees: { trees, factor } };
    };
    const select = await weightsOf('select');
    return { blend, select, fit: await weightsOf('fit') };
  };
  const trained = await headOf('trained');
  return { basis: model.basis, trained, permuted: await headOf('permuted') };
}
