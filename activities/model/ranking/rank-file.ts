import { z } from 'zod';

import type { NamedArray } from '../units/named-arrays.js';
import { arrayNamed } from '../units/named-arrays.js';
import type { PriorPhase } from '../choices/phase.js';
import { treeArrays, treesFrom } from '../trees/trees-file.js';
import { BLEND_NAMES } from './rank-grid.js';
import type { RankArm, RankHead, RankModel, RankWeights } from './rank-model.js';
import { RANK_ARMS } from './rank-model.js';

const PHASES: readonly PriorPhase[] = ['select', 'fit'];

const termSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['rank', 'size', 'tail']), feature: z.string() }),
  z.strictObject({ kind: z.enum(['product', 'state']), feature: z.string(), by: z.string() }),
]);

/** What a model's file says about its rank model, beside the arrays. */
export const rankMetadataSchema = z.looseObject({
  rankNames: z.array(z.string()),
  stateNames: z.array(z.string()),
  terms: z.array(termSchema),
  blend: z.strictObject({ trained: z.enum(BLEND_NAMES), permuted: z.enum(BLEND_NAMES) }),
});

export type RankMetadata = z.output<typeof rankMetadataSchema>;

const ABOUT =
  'score = unit · (Σ weight · term + factor · Σ tree), less what the exposures explain of it at the time: expected return ' +
  'from entry over the horizons of the blend, in bars, relative to comparable symbols. A term is a centred rank r in [−0.5, 0.5] (0: unknown) of a feature among the members at ' +
  'the time (rank), √12 · r · the rank of another feature (product), r · a figure of the market (state), ' +
  '2 · (|r| − 0.25) with 0 for r = 0 (size), or sign(r) · max(0, |r| − 0.3) scaled to the variance of r (tail). The ' +
  "select weights are fitted on targets resolved before the cohort's validation part, the fit weights on those " +
  'resolved before its end. The permuted head is fitted on targets permuted among the symbols of each time. Trees, ' +
  'if any, are arrays [trees × nodes]: from node i, 0 first, a row goes to node 2i + 2 if its column (ranks, then figures ' +
  'of the market) is at least the threshold, else to 2i + 1, three times; the tree gives the value of the last node.';

/**
 * A rank model as arrays `rank/{arm}/{phase}` [B] and `rank/{arm}/units` [2], where there are trees also
 * `rank/{arm}/{phase}/factor` [1] and those of `treeArrays`, and metadata.
 */
export function rankModelToArrays({ basis, ...heads }: RankModel): {
  readonly arrays: NamedArray[];
  readonly metadata: RankMetadata;
} {
  const vector = (name: string, values: readonly number[] | Float32Array): NamedArray => ({
    name,
    shape: [values.length],
    data: Float32Array.from(values),
  });
  return {
    arrays: RANK_ARMS.flatMap((arm) => {
      const { select, fit } = heads[arm];
      return [
        vector(`rank/${arm}/select`, select.weights),
        vector(`rank/${arm}/fit`, fit.weights),
        vector(`rank/${arm}/units`, [select.unit, fit.unit]),
        ...PHASES.flatMap((phase) => {
          const { trees } = heads[arm][phase];
          if (trees === undefined) return [];
          const prefix = `rank/${arm}/${phase}/`;
          return [vector(`${prefix}factor`, [trees.factor]), ...treeArrays(trees.trees, prefix)];
        }),
      ];
    }),
    metadata: {
      rankNames: [...basis.rankNames],
      stateNames: [...basis.stateNames],
      terms: basis.terms.map((term) => ({ ...term })),
      blend: { trained: heads.trained.blend, permuted: heads.permuted.blend },
      about: ABOUT,
    },
  };
}

/**
 * The inverse of {@link rankModelToArrays}.
 *
 * @param metadata As in the file, not yet checked.
 * @throws ZodError, RangeError when this is not a rank model.
 */
export function arraysToRankModel(arrays: readonly NamedArray[], metadata: unknown): RankModel {
  const { rankNames, stateNames, terms, blend } = rankMetadataSchema.parse(metadata);
  const array = (name: string, length: number): Float32Array => {
    const { data } = arrayNamed(arrays, name);
    if (data.length !== length)
      throw new RangeError(`${name} has ${data.length} values instead of ${length}`);
    return data;
  };
  const treesOf = (prefix: string): Pick<RankWeights, 'trees'> => {
    if (!arrays.some(({ name }) => name === `${prefix}factor`)) return {};
    const [factor = NaN] = array(`${prefix}factor`, 1);
    const trees = treesFrom(arrays, { rankWidth: rankNames.length, stateWidth: stateNames.length }, prefix);
    return { trees: { trees, factor } };
  };
  const head = (arm: RankArm): RankHead => {
    const units = array(`rank/${arm}/units`, 2);
    const weights = (phase: PriorPhase, unit = NaN): RankWeights => ({
      weights: array(`rank/${arm}/${phase}`, terms.length),
      unit,
      ...treesOf(`rank/${arm}/${phase}/`),
    });
    return { blend: blend[arm], select: weights('select', units[0]), fit: weights('fit', units[1]) };
  };
  return { basis: { rankNames, stateNames, terms }, trained: head('trained'), permuted: head('permuted') };
}
