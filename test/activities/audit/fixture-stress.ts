import { isDuring, isHit, planShocks } from '../../../activities/market/shocks/shock-plan.js';
import { stressedRows } from '../../../activities/market/shocks/stressed-rows.js';
import { decodeExposures } from '../../../data/predictions/exposures.js';
import { decodePredictions } from '../../../data/predictions/parquet.js';
import { emptyStressRows, encodeStressRows } from '../../../data/predictions/stress-rows.js';
import { BAR_SHOCKS } from '../../../data/schemas/shock-ids.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { readRef, writeRef } from '../../../data/store/file-refs.js';
import type { Home } from '../../../data/store/home.js';
import type { StressedStudent } from '../../../activities/stress/activities.js';

/** Stress predictions of a student that keeps most of its probabilities under every shock; none where it has too few rows. */
export async function fixtureStress(
  home: Home,
  runId: string,
  seed: number,
  { student, exposures }: { readonly student: FileRef; readonly exposures: FileRef },
): Promise<StressedStudent> {
  const predictions = await decodePredictions(await readRef(home, student), 'student');
  const market = await decodeExposures(await readRef(home, exposures));
  const stressed = stressedRows(predictions);
  if (stressed === undefined) return {};
  const sectors = new Map(market.symbol.map((symbol, row) => [symbol, market.sector[row] ?? null]));
  const sectorOf = (symbol: string): string | null => sectors.get(symbol) ?? null;
  const plans = planShocks({ ...stressed, sectorOf, seed });
  const rows = emptyStressRows();
  for (const id of BAR_SHOCKS) {
    const plan = plans.get(id);
    if (plan === undefined) continue;
    for (const row of stressed.rows) {
      const [symbol, date] = [predictions.symbol[row] ?? '', predictions.date[row] ?? ''];
      const hit = isHit(plan, symbol, sectorOf(symbol)) && isDuring(plan, date);
      if (hit && ['missing_feed', 'sector_out', 'symbols_gone'].includes(id)) continue;
      const change = hit ? 0.98 : 0.999;
      rows.shock.push(id);
      rows.symbol.push(symbol);
      rows.date.push(date);
      rows.probability.push(change * (predictions.probability[row] ?? NaN));
      rows.score.push(predictions.score[row] ?? NaN);
      rows.label.push(predictions.label[row] ?? NaN);
      rows.forwardReturn.push(predictions.forwardReturn[row] ?? NaN);
      rows.baseRate.push(predictions.baseRate[row] ?? NaN);
      rows.entryDate.push(date);
      rows.entryPrice.push(NaN);
      for (const column of rows.returns) column.push(predictions.forwardReturn[row] ?? NaN);
    }
  }
  const file = `${home.stressDir(runId, stressed.cohort)}/stress_predictions.parquet`;
  return { stress: await writeRef(home, file, encodeStressRows(rows), rows.shock.length) };
}
