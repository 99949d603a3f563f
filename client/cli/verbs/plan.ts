import type { IngestManifestWithSeries } from '../../../activities/ingest/ingest-in-memory.js';
import { ingestInMemory } from '../../../activities/ingest/ingest-in-memory.js';
import type { BarSlots } from '../../../activities/market/bar-slots.js';
import { barSlots } from '../../../activities/market/bar-slots.js';
import { usableUntil } from '../../../activities/market/usable-until.js';
import { labelNotice, labelSample } from '../../../activities/plan/label-notice.js';
import { nothingToTrain } from '../../../activities/plan/plan-notes.js';
import { unknownLabelNotice } from '../../../activities/plan/unknown-labels.js';
import { planWindows } from '../../../activities/plan/windows.js';
import { adjustSeries } from '../../../data/bars/adjust-series.js';
import { loadCalendar } from '../../../data/calendar/calendar.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { Plan } from '../../../data/schemas/plan.js';
import type { RunInput } from '../../../data/schemas/run-input.js';
import type { FailedWindow } from '../../../data/telemetry/failed-windows.js';
import { refusedWindows } from '../../../data/telemetry/failed-windows.js';
import { failureLines } from '../../../data/telemetry/failure-groups.js';
import { checkedRunInput } from '../check-run-input.js';
import type { Cli } from '../cli.js';
import { describePlan } from '../describe-plan.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import type { FlagTexts } from '../run-flags.js';
import { seriesCoverage } from '../series-coverage.js';

/** What a run would train, without a server and without writing anything. */
export async function plan(cli: Cli, flags: FlagTexts): Promise<ExitCode> {
  const { input, members } = await checkedRunInput(cli, flags);
  const manifest = await ingestInMemory(input, cli);
  const coverage = seriesCoverage(manifest, members);
  const slots = barSlots(loadCalendar(cli.packageRoot), manifest);
  const planned = planWindows({ coverage, config: { ...input, to: usableUntil(manifest, input.to) }, slots });
  for (const { message } of manifest.coverage.gates) cli.note(message);
  for (const notice of [labelNoticeOf(manifest, slots, input), unknownLabelNotice(planned.items, input)])
    if (notice !== undefined) cli.note(`note: ${notice}`);
  const refused = refusedWindows(planned, manifest.series);
  requireAnyReadable(planned, refused);
  if (planned.trainable === 0 && refused.length === 0)
    cli.note(`note: a run would be refused: ${nothingToTrain(planned)}`);
  if (flags['json'] === true) cli.out(JSON.stringify(planJson(planned)));
  else cli.out(describePlan(planned, refused));
  return EXIT.ok;
}

function labelNoticeOf(
  { series, bars }: IngestManifestWithSeries,
  slots: BarSlots,
  input: RunInput,
): string | undefined {
  const sample = labelSample(series.filter(({ symbol }) => bars.has(symbol))).flatMap((record) => {
    const raw = bars.get(record.symbol);
    return raw === undefined ? [] : [adjustSeries(raw, record.corporateActions ?? [])];
  });
  return labelNotice(sample, slots, input);
}

/** Bars of which none can be read are a wrong input, not a plan. */
function requireAnyReadable({ items }: Plan, refused: readonly FailedWindow[]): void {
  if (items.length === 0 || refused.length < items.length) return;
  throw new InvalidInputError(['no bars can be used:', ...failureLines(refused, 'see ingest --verify')]);
}

/** The contract of `plan --json`: cohorts and shards as counts. */
function planJson(planned: Plan): object {
  const { windows, trainable, skipped, failed, cohorts, shards, items } = planned;
  return { windows, trainable, skipped, failed, cohorts: cohorts.length, shards, items };
}
