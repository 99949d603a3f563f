import { doublesOf } from '../../data/math/fill-columns.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { barTimeTexts } from '../../data/bars/bar-time.js';
import { isLogitScore } from '../../data/predictions/logit-score.js';
import type { Split } from '../../data/predictions/prediction.js';
import { GurukulError } from '../../data/errors.js';
import { readJsonRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';
import type { FeatureTable, SymbolTable } from '../market/feature-table.js';
import type { PriorPhase } from '../model/choices/phase.js';
import { logitContributions, probabilityContributions } from '../model/prior/logit-contributions.js';
import { PRIOR_FORMAT, readPrior } from '../model/prior/prior-file.js';
import { exposedAt, exposedScores } from '../model/ranking/exposed-scores.js';
import { rankContributions } from '../model/ranking/contributions.js';
import { departedWeights } from '../model/ranking/departed-weights.js';
import type { RankModel } from '../model/ranking/rank-model.js';
import type { TeacherDepartures } from '../model/teachers/teacher-departures.js';
import { tf } from '../model/tensorflow.js';
import { teacherDepartures } from '../model/teachers/teacher-departures.js';
import { TEACHERS_FORMAT } from '../model/teachers/teachers-file.js';
import { modelFormat, readModel } from '../model/units/model-file.js';

/** What one feature adds to a prediction. */
interface FeatureContribution {
  readonly feature: string;
  /** The feature itself; for a score its centred rank among the members of the day, 0 where unknown. Null: no feature. */
  readonly value: number | null;
  readonly contribution: number;
}

/** A prediction as its base and what each feature adds: they sum to the prediction. */
export interface Contributions {
  /** `probability`, or a return as a fraction. */
  readonly unit: 'probability' | 'return';
  /** The prediction without any feature: of a row at the mean, or of one whose ranks are all unknown. */
  readonly base: number;
  /** The largest first. */
  readonly features: readonly FeatureContribution[];
  /** The prediction computed again from model and features. */
  readonly again: number;
}

export interface ExplainedContributions {
  readonly probability: Contributions;
  /** Null where there were too few symbols to rank: the score is the logit then. */
  readonly score: Contributions | null;
}

/** One prediction of a teacher. */
export interface ExplainedPrediction {
  readonly symbol: string;
  /** As in the predictions. */
  readonly date: string;
  readonly window: string;
  readonly split: Split;
  readonly probability: number;
  readonly score: number;
}

/** What is taken out of a score so that it is neutral: a part of the day's regression, not of a feature. */
const EXPOSURES = 'volatility, beta, traded value and sector taken out';

/**
 * What moved the numbers of a teacher's prediction: contributions of the features to probability and score, in their
 * units.
 *
 * @param tableOf The run's feature table, which only models of this version need.
 * @param units Manifests of the units of the prior and of the shard that taught the window.
 * @returns Explains a prediction of that shard; null for models of another version of the program.
 * @throws GurukulError ChecksumMismatch when a file of the run is missing or changed.
 */
export async function explainContributions(
  home: Home,
  config: RunConfig,
  tableOf: () => Promise<FeatureTable>,
  units: { readonly prior: FileRef; readonly teacher: FileRef },
): Promise<(prediction: ExplainedPrediction) => ExplainedContributions | null> {
  // Turns off the banner that TensorFlow.js prints under Node.js.
  tf.enableProdMode();
  const [prior, teacher] = await Promise.all([
    readJsonRef(home, units.prior, unitManifestSchema),
    readJsonRef(home, units.teacher, unitManifestSchema),
  ]);
  const formats = await Promise.all([modelFormat(home, prior), modelFormat(home, teacher)]);
  if (formats[0] !== PRIOR_FORMAT || formats[1] !== TEACHERS_FORMAT) return () => null;
  const model = await readPrior(home, prior);
  const teachers = await readModel(home, teacher, TEACHERS_FORMAT);
  const table = await tableOf();
  const dateOf = barTimeTexts(config.interval);
  const exposedPart = (symbol: SymbolTable, row: number, phase: PriorPhase): number => {
    const from = symbol.time[row] ?? NaN;
    const span = { arm: 'trained', phase, from, until: from + 1 } as const;
    return exposedAt(
      exposedScores(table, model.rank, span, new Set([symbol.symbol])).get(symbol.symbol),
      row,
    );
  };
  return (prediction) => {
    const phase: PriorPhase = prediction.split === 'validation' ? 'select' : 'fit';
    const departures = teacherDepartures(teachers, prediction.window, phase);
    const symbol = table.symbols.find((one) => one.symbol === prediction.symbol);
    const row = symbol?.time.findIndex((minutes) => dateOf(minutes) === prediction.date) ?? -1;
    if (symbol === undefined || row < 0)
      throw new GurukulError('ChecksumMismatch', `the bars have no row of ${prediction.date}`);
    const logits = logitContributions(table, model.trained, phase, symbol, row, departures.probability);
    const unranked = isLogitScore(prediction.score, prediction.probability);
    return {
      probability: described('probability', probabilityContributions(logits), (column) => ({
        feature: table.names[column] ?? '',
        value: symbol.features[row * table.names.length + column] ?? NaN,
      })),
      score: unranked
        ? null
        : scoreOf(table, symbol, row, model.rank, phase, departures.score, exposedPart(symbol, row, phase)),
    };
  };
}

function scoreOf(
  { rankNames, stateNames }: FeatureTable,
  symbol: FeatureTable['symbols'][number],
  row: number,
  model: RankModel,
  phase: PriorPhase,
  departure: TeacherDepartures['score'],
  exposed: number,
): Contributions {
  const own = departedWeights(model, phase, departure);
  const parts = [...rankContributions(model.basis, own, symbol, row), [EXPOSURES, -exposed] as const];
  return described(
    'return',
    { base: own.unit * departure.shift, features: doublesOf(parts, ([, part]) => part) },
    (column) => ({
      feature: parts[column]?.[0] ?? '',
      value:
        column < rankNames.length
          ? (symbol.ranks[row * rankNames.length + column] ?? NaN)
          : column < rankNames.length + stateNames.length
            ? (symbol.state[row * stateNames.length + column - rankNames.length] ?? NaN)
            : null,
    }),
  );
}

function described(
  unit: Contributions['unit'],
  { base, features }: { readonly base: number; readonly features: Float64Array },
  nameOf: (column: number) => Omit<FeatureContribution, 'contribution'>,
): Contributions {
  return {
    unit,
    base,
    features: Array.from(features, (contribution, column) => ({ ...nameOf(column), contribution })).sort(
      (a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || (a.feature < b.feature ? -1 : 1),
    ),
    again: features.reduce((sum, part) => sum + part, base),
  };
}
