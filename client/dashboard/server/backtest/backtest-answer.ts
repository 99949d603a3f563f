import type { Backtest } from '../../../../data/schemas/backtest.js';
import { backtestSchema } from '../../../../data/schemas/backtest.js';
import { briefingSchema } from '../../../../data/schemas/briefing.js';
import { bundleConfigSchema, bundleIngestSchema } from '../../../../data/schemas/bundle.js';
import type { Metrics } from '../../../../data/schemas/metrics.js';
import { metricsSchema } from '../../../../data/schemas/metrics.js';
import { stressTestsSchema } from '../../../../data/schemas/stress.js';
import type { BacktestAnswer, BacktestFigures } from '../../contract/backtest.js';
import type { SealedFiles } from './sealed-files.js';

const BACKTEST = 'backtest.json';

/** What the page draws of a bundle. @throws InvalidInputError when a file is not the one that was sealed. */
export async function backtestAnswer(runId: string, files: SealedFiles): Promise<BacktestAnswer> {
  const ingest = await files.read('configs/ingest.json', bundleIngestSchema);
  const figures = files.has(BACKTEST) ? await figuresOf(files) : null;
  return {
    runId,
    digest: files.digest,
    config: await files.read('configs/run.json', bundleConfigSchema),
    bars: {
      digest: ingest.digest,
      series: ingest.series.filter(({ sha256 }) => sha256 !== null).length,
    },
    figures,
    lacks:
      figures === null
        ? `the bundle of run ${runId} has no ${BACKTEST}: an earlier version of the program made it. Make it again with: gurukul resume ${runId}`
        : null,
  };
}

async function figuresOf(files: SealedFiles): Promise<BacktestFigures> {
  const backtest = await files.read(BACKTEST, backtestSchema);
  const { options, method, forward, ranking } = await files.read('metrics.json', metricsSchema);
  const {
    recommendation,
    reasons,
    trials,
    gates = [],
  } = await files.read('promotion_briefing.json', briefingSchema);
  return {
    backtest,
    metrics: { options, method, forward, ranking: ofArms(ranking, backtest) },
    stress: await files.read('stress_tests.json', stressTestsSchema),
    briefing: { recommendation, reasons, trials, gates },
  };
}

/** Most of the ranking figures are of single factors, cohorts and years. */
function ofArms(ranking: Metrics['ranking'], { arms }: Backtest): Metrics['ranking'] {
  const names = new Set<string>(arms.map(({ name }) => name));
  return {
    ...ranking,
    rows: ranking.rows
      .filter(({ name }) => names.has(name))
      .map((row) => ({ ...row, byTile: [], byYear: [] })),
  };
}
