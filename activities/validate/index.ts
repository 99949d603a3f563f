import path from 'node:path';

import { decodeChoiceReturns, encodeChoiceReturns } from '../../data/predictions/choice-returns.js';
import { concatPredictions, encodePredictions, predictionCount } from '../../data/predictions/parquet.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import { decodeStressRows } from '../../data/predictions/stress-rows.js';
import { decodeVariants, encodeVariants } from '../../data/predictions/student-variants.js';
import type { FeatureImportance } from '../../data/schemas/features.js';
import { featureDriftSchema, featureImportanceSchema } from '../../data/schemas/features.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { canonicalJson } from '../../data/store/digests.js';
import { readJsonRef, readRef, writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';
import { readPlan } from '../../data/store/run-plan.js';
import { cohortBounds, priorRows, windowRows } from '../market/splits/splits.js';
import { buildFeatureTable } from '../market/features/build-feature-table.js';
import { loadFeatureTable, loadUsedBars } from '../market/load-feature-table.js';
import { cohortDates, trainingConfig } from '../../data/schemas/training-config.js';
import { heartbeat } from '../heartbeat.js';
import type { ValidateActivities } from './activities.js';
import { computeFigures, figureOptions } from '../figures/figures.js';
import { ofModels, placeboSets } from '../figures/prediction-sets.js';
import { gatherMarket, readMarket } from './gather-market.js';
import { joinChoices, joinPredictions, readPredictions, withOutOfFold } from './gather-predictions.js';
import { joinStudents } from './join-students.js';
import { probeLeakageOf, refuseLeaks } from './leakage.js';
import { drawSample } from '../market/probes/leakage-sample.js';
import { rankTargets } from '../model/ranking/rank-outcomes.js';
import { scoreTarget } from '../model/teachers/score-target.js';
import { readPredictedRun } from './predicted-run.js';
import { measureDrift } from '../figures/measure-drift.js';

/** The activities of the step validate. */
export function createValidateActivities({ home }: { readonly home: Home }): ValidateActivities {
  return {
    async probeLeakage({ config, ingest, plan, index }) {
      const training = trainingConfig(config);
      const table = await loadFeatureTable(home, ingest, training, 'real');
      const { cohorts } = await readPlan(home, plan);
      const probed = cohorts
        .filter(({ shards }) => shards.length > 0)
        .map(({ id, shards }) => ({
          id,
          symbols: shards.flat(),
          split: cohortBounds(table, cohortDates(id), training),
        }));
      const { series, slots, membership, sectors } = await loadUsedBars(home, ingest, training);
      const taught = index === undefined ? undefined : await readJsonRef(home, index, teachIndexSchema);
      const integrity = probeLeakageOf(
        {
          table,
          cohorts: probed,
          sample: drawSample(series, config.seed),
          rule: training,
          slots,
          predicted: await readPredictedRun(home, config, taught, probed, series),
          build: (bars) => buildFeatureTable(bars, training, { slots, membership, sectors }),
          choosers: {
            windowRows,
            priorRows,
            windowTarget: (symbol, row, horizon, until) => scoreTarget(symbol, row, [horizon], until),
            rankTargets,
          },
        },
        heartbeat,
      );
      const file = path.join(home.metrics(config.runId), 'integrity.json');
      const ref = await writeRef(
        home,
        file,
        `${JSON.stringify(integrity, null, 2)}\n`,
        integrity.findings.length,
      );
      refuseLeaks(integrity, ref.uri);
      heartbeat('drift');
      const drift = measureDrift(table, probed);
      return {
        integrity: ref,
        drift: await writeRef(
          home,
          path.join(home.metrics(config.runId), 'feature_drift.json'),
          `${canonicalJson(drift)}\n`,
          drift.cohorts.length,
        ),
      };
    },

    async gatherPredictions({ config, index, ingest }) {
      const { runId } = config;
      const { real, placebo, students, placeboStudents, priors } = await readJsonRef(
        home,
        index,
        teachIndexSchema,
      );
      const trained = await joinPredictions(home, real, 'teacher');
      const teacher = await withOutOfFold(home, ofModels(trained, ['teacher']), priors);
      const permuted = ofModels(trained, ['permuted']);
      const drawn = await joinPredictions(home, placebo, 'placebo');
      const { predictions: student, variants } = await joinStudents(home, students);
      const studentPlacebo = await joinPredictions(home, placeboStudents, 'studentPlacebo');
      const choices = await joinChoices(home, [...priors, ...students]);
      const put = (file: string, all: Predictions): Promise<FileRef> =>
        writeRef(home, file, encodePredictions(all), predictionCount(all));
      return {
        predictions: await put(home.predictions(runId), teacher),
        placebo: await put(
          home.placeboPredictions(runId),
          concatPredictions([drawn, permuted, studentPlacebo]),
        ),
        student: await put(home.studentPredictions(runId), student),
        ...(variants === undefined
          ? {}
          : {
              variants: await writeRef(
                home,
                home.studentVariants(runId),
                encodeVariants(variants),
                variants.plain.score.length,
              ),
            }),
        importance: await joinImportance(
          home,
          real,
          path.join(home.metrics(runId), 'feature_importance.json'),
        ),
        ...(choices.date.length === 0
          ? {}
          : {
              choiceReturns: await writeRef(
                home,
                home.choiceReturns(runId),
                encodeChoiceReturns(choices),
                choices.date.length,
              ),
            }),
        ...(ingest === undefined
          ? {}
          : {
              market: await gatherMarket(home, config, ingest, {
                real: [teacher, student, permuted],
                placebo: drawn,
              }),
            }),
      };
    },

    async validateRun({
      config,
      predictions,
      placebo,
      student,
      stress,
      variants,
      market,
      choiceReturns,
      importance,
      drift,
      trials,
    }) {
      const sets = {
        teacher: await readPredictions(home, predictions, 'teacher'),
        ...placeboSets(await readPredictions(home, placebo, 'placebo')),
        student: await readPredictions(home, student, 'student'),
        ...(variants === undefined ? {} : { variants: await decodeVariants(await readRef(home, variants)) }),
        ...(market === undefined ? {} : { market: await readMarket(home, market) }),
        ...(choiceReturns === undefined
          ? {}
          : { choiceReturns: await decodeChoiceReturns(await readRef(home, choiceReturns)) }),
        ...(stress === undefined ? {} : { stress: await decodeStressRows(await readRef(home, stress)) }),
      };
      heartbeat('figures');
      const figures = computeFigures(sets, figureOptions(config, trials), {
        importance: await readJsonRef(home, importance, featureImportanceSchema),
        drift: await readJsonRef(home, drift, featureDriftSchema),
      });
      const write = (name: string, value: unknown, rows: number): Promise<FileRef> =>
        writeRef(
          home,
          path.join(home.metrics(config.runId), name),
          `${JSON.stringify(value, null, 2)}\n`,
          rows,
        );
      return {
        metrics: await write('metrics.json', figures.metrics, predictionCount(sets.teacher)),
        statTests: await write('stat_tests.json', figures.statTests, Object.keys(figures.statTests).length),
        stressTests: await write('stress_tests.json', figures.stressTests, figures.stressTests.events.length),
        backtest: await writeRef(
          home,
          path.join(home.metrics(config.runId), 'backtest.json'),
          `${canonicalJson(figures.backtest)}\n`,
          figures.backtest.sessions.length,
        ),
      };
    },
  };
}

/** @param shards Manifests of the teachers' shards. */
async function joinImportance(home: Home, shards: readonly FileRef[], file: string): Promise<FileRef> {
  let features: readonly string[] = [];
  const windows: FeatureImportance['windows'] = [];
  for (const manifest of shards) {
    heartbeat(manifest.uri);
    const { outputs } = await readJsonRef(home, manifest, unitManifestSchema);
    // A shard without validation rows has no importance.
    if (outputs['importance'] === undefined) continue;
    const part = await readJsonRef(home, outputs['importance'], featureImportanceSchema);
    features = part.features;
    windows.push(...part.windows);
  }
  windows.sort((a, b) => (a.window < b.window ? -1 : 1));
  return writeRef(home, file, `${canonicalJson({ features, windows })}\n`, windows.length);
}
