import type { Predictions } from '../../data/predictions/prediction.js';
import { metricsSchema } from '../../data/schemas/metrics.js';
import type { ArmCohort } from '../figures/arm.js';
import { armOf } from '../figures/arm.js';
import { armCohort, rankedRows } from '../figures/arm-cohort.js';
import { rowsByCohort } from '../figures/cohorts.js';
import type { IndexedMarket } from '../figures/market-rows.js';
import { indexMarket } from '../figures/market-rows.js';
import type { CohortSample } from '../figures/sample.js';
import { cohortSample } from '../figures/sample.js';
import type { PredictedFacts } from './bundle-facts.js';
import { readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import { readMarket } from './bundle-market.js';
import type { PredictedRows } from './predicted-rows.js';
import { predictedRows } from './predicted-rows.js';
import type { RowCheck } from './row-checks.js';

/** What texts and plots need of the predictions. @throws GurukulError BadSchema naming the file that cannot be read. */
export async function readPredictedFacts(files: BundleFiles): Promise<PredictedFacts> {
  const facts = new PredictedFactsReader(files);
  for await (const rows of predictedRows(files)) await facts.see(rows);
  return facts.end();
}

/** Reads the facts from the rows of one cohort after the other; of these it keeps the forward ones, as compact columns. */
export class PredictedFactsReader implements RowCheck<PredictedFacts> {
  readonly #taught = new Set<string>();
  readonly #forward = new Set<string>();
  readonly #teacher: CohortSample[] = [];
  readonly #placebo: CohortSample[] = [];
  readonly #student: ArmCohort[] = [];
  #context: Promise<PlotContext> | undefined;

  constructor(private readonly files: BundleFiles) {}

  async see({ teacher, placebo, student }: PredictedRows): Promise<void> {
    const { horizon, market } = await (this.#context ??= contextOf(this.files));
    for (const cohort of rowsByCohort(teacher, () => true).keys()) this.#taught.add(cohort);
    this.#teacher.push(...forwardSamples(teacher));
    this.#placebo.push(...forwardSamples(placebo));
    for (const [cohort, rows] of rowsByCohort(student, () => true)) {
      const arm = armCohort({ cohort, predictions: student, rows, market }, 'forward', horizon);
      if (arm.sample.rows > 0) this.#forward.add(cohort);
      this.#student.push(arm);
    }
  }

  async end(): Promise<PredictedFacts> {
    const { horizon } = await (this.#context ??= contextOf(this.files));
    return {
      taughtCohorts: [...this.#taught].sort(),
      forwardCohorts: [...this.#forward].sort(),
      arms: {
        teacher: rankedRows(this.#teacher),
        placebo: rankedRows(this.#placebo),
        student: armOf(this.#student, horizon),
      },
    };
  }
}

interface PlotContext {
  readonly horizon: number;
  readonly market: IndexedMarket | undefined;
}

async function contextOf(files: BundleFiles): Promise<PlotContext> {
  const { horizon } = readJsonFile(files, BUNDLE.metrics, metricsSchema).options;
  const market = await readMarket(files);
  return { horizon, market: market && indexMarket(market) };
}

function forwardSamples(predictions: Predictions): CohortSample[] {
  return Array.from(
    rowsByCohort(predictions, (row) => predictions.split[row] === 'forward'),
    ([cohort, rows]) => cohortSample(cohort, predictions, rows),
  );
}
