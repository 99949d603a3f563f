import type { z } from 'zod';

import { BUNDLE, bundleJson } from '../../../activities/audit/bundle-layout.js';
import { MARKET_FILES } from '../../../activities/audit/bundle-market.js';
import { readBundle } from '../../../activities/audit/read-bundle.js';
import { runRecordSchema } from '../../../data/schemas/bundle.js';
import { integritySchema } from '../../../data/schemas/integrity.js';
import { coreMetricsSchema, statTestsSchema } from '../../../data/schemas/metrics.js';
import type { Changes } from './forge.js';

/** What turns a bundle into one of before scores, outcomes and choices, except for the columns of its predictions. */
export async function asEarlierVersion(
  bundle: string,
): Promise<{ earlier: Changes; metrics: z.output<typeof coreMetricsSchema> }> {
  const read = await readBundle(bundle);
  if ('file' in read) throw new Error(read.found);
  const jsonOf = (file: string): unknown =>
    JSON.parse(Buffer.from(read.covered.get(file) ?? []).toString('utf8'));
  const { probes, findings } = integritySchema.parse(jsonOf(BUNDLE.integrity));
  const newer = ['selection', 'index_shift'];
  const metrics = coreMetricsSchema.parse(jsonOf(BUNDLE.metrics));
  const tests = statTestsSchema.parse(jsonOf(BUNDLE.statTests));
  const { teacherBeatsBaseRate, studentBeatsBaseRate, netSharpe, activeSharpe } = tests;
  const record = runRecordSchema.parse(
    JSON.parse(Buffer.from(read.uncovered.get(BUNDLE.run) ?? []).toString('utf8')),
  );
  const { run, home, ...sharpe } = record.trials;
  const trials = { run, home, netSharpe: sharpe.netSharpe, activeSharpe: sharpe.activeSharpe };
  const gone = [...read.covered.keys()].filter(
    (file) =>
      file.startsWith(`${BUNDLE.choices}/`) ||
      file === BUNDLE.choiceReturns ||
      file === BUNDLE.backtest ||
      MARKET_FILES.some((name) => name === file),
  );
  return {
    metrics,
    earlier: {
      ...Object.fromEntries(gone.map((file) => [file, undefined])),
      [BUNDLE.integrity]: bundleJson({
        probes: probes.filter(({ probe }) => !newer.includes(probe)),
        findings,
      }),
      [BUNDLE.metrics]: bundleJson(metrics),
      [BUNDLE.statTests]: bundleJson({ teacherBeatsBaseRate, studentBeatsBaseRate, netSharpe, activeSharpe }),
      [BUNDLE.stressTests]: bundleJson({ events: [{ date: '2022-02-24', fall: 0.047 }] }),
      [BUNDLE.run]: bundleJson({ ...record, trials }),
      [BUNDLE.summary]: Buffer.from('# Summary in other words\n'),
    },
  };
}
