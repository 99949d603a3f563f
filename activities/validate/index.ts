import path from 'node:path';

import { featureDriftSchema, featureImportanceSchema } from '../../data/schemas/features.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { canonicalJson } from '../../data/store/digests.js';
import { readJsonRef, writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { computeFigures, figureOptions } from '../figures/figures.js';
import { loadFeatureTable } from '../market/load-feature-table.js';
import type { ValidateActivities } from './activities.js';
import { gatherRun } from './gather-run.js';
import { joinMeasured, readSets } from './join-measured.js';
import { refuseLeaks } from './leakage.js';
import type { LoadTable } from './load-table.js';
import { measureArmFile } from './measure-arm.js';
import { measureCohortUnit, measuredCohorts } from './measure-cohort.js';
import { probeCohortUnit } from './probe-cohort.js';
import { cohortsToProbe, probeRun } from './probe-run.js';

/** The activities of the step validate. */
export function createValidateActivities({
  home,
  loadTable = (of, arm) => loadFeatureTable(home, of.ingest, of.config, arm),
}: {
  readonly home: Home;
  /** @default Built in memory. */
  readonly loadTable?: LoadTable;
}): ValidateActivities {
  return {
    async probeCohort({ config, cohort, ingest, plan }) {
      const own = (await cohortsToProbe(home, plan)).find(({ id }) => id === cohort);
      return own === undefined ? null : probeCohortUnit({ home, loadTable, config, ingest, cohort: own });
    },

    async probeLeakage(request) {
      const { config } = request;
      const { integrity, drift } = await probeRun({ ...request, home, loadTable });
      const file = path.join(home.metrics(config.runId), 'integrity.json');
      const ref = await writeRef(
        home,
        file,
        `${JSON.stringify(integrity, null, 2)}\n`,
        integrity.findings.length,
      );
      refuseLeaks(integrity, ref.uri);
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
      return gatherRun({
        ...{ home, config, ingest, loadTable },
        index: await readJsonRef(home, index, teachIndexSchema),
      });
    },

    async measureCohort({ config, cohort, ingest }) {
      return (await measureCohortUnit({ home, loadTable, config, cohort, ingest })) ?? null;
    },

    async measureArm({ config, arm, index, trials }) {
      return measureArmFile(home, {
        ...{ runId: config.runId, arm },
        cohorts: await measuredCohorts(home, config, index),
        options: figureOptions(config, trials),
      });
    },

    async validateRun(request) {
      const { config, predictions, importance, drift, trials } = request;
      const options = figureOptions(config, trials);
      const features = {
        importance: await readJsonRef(home, importance, featureImportanceSchema),
        drift: await readJsonRef(home, drift, featureDriftSchema),
      };
      const { measured } = request;
      const figures =
        measured === undefined
          ? computeFigures(await readSets(home, request), options, features)
          : await joinMeasured({ ...request, home, loadTable, measured }, options, features);
      const write = (name: string, value: unknown, rows: number): Promise<FileRef> =>
        writeRef(
          home,
          path.join(home.metrics(config.runId), name),
          `${JSON.stringify(value, null, 2)}\n`,
          rows,
        );
      return {
        metrics: await write('metrics.json', figures.metrics, predictions.rows),
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
