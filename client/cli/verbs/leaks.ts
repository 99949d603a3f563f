import type { IngestManifestWithSeries } from '../../../activities/ingest/ingest-in-memory.js';
import { ingestInMemory } from '../../../activities/ingest/ingest-in-memory.js';
import type { LeakBars, Survivors } from '../../../activities/leaks/measure-leaks.js';
import { measureLeaks } from '../../../activities/leaks/measure-leaks.js';
import { barSlots } from '../../../activities/market/bar-slots.js';
import { barsBefore } from '../../../activities/market/load-feature-table.js';
import { membershipOf } from '../../../activities/market/membership.js';
import { sectorsOf } from '../../../activities/market/sectors.js';
import { usableUntil } from '../../../activities/market/usable-until.js';
import { nothingToTrain } from '../../../activities/plan/plan-notes.js';
import { planWindows } from '../../../activities/plan/windows.js';
import { adjustSeries } from '../../../data/bars/adjust-series.js';
import { loadCalendar } from '../../../data/calendar/calendar.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { RunInput } from '../../../data/schemas/run-input.js';
import type { UniverseMember } from '../../../data/schemas/universe.js';
import { settleMembers } from '../../../data/universe/run-members.js';
import { checkedRunInput } from '../check-run-input.js';
import type { Cli } from '../cli.js';
import { describeLeaks } from '../describe-leaks.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import type { FlagTexts } from '../run-flags.js';
import { seriesCoverage } from '../series-coverage.js';

/** Bars of all symbols, at most: their features are in memory several times. */
const MOST_BARS = 1_500_000;

/** Plants known leaks on the user's bars, without a server and without writing anything. */
export async function leaks(cli: Cli, flags: FlagTexts): Promise<ExitCode> {
  const { input, members } = await checkedRunInput(cli, flags);
  cli.note('reading the bars');
  const manifest = await ingestInMemory(input, cli);
  for (const { message } of manifest.coverage.gates) cli.note(message);
  const to = usableUntil(manifest, input.to);
  const measured = await measureLeaks({
    bars: leakBars(cli, manifest, members, { ...input, to }),
    config: { ...input, to },
    survivors: await survivorsOf(cli, { ...input, to }),
    onProgress: (step, done, of) => cli.note(`${step}: ${done}/${of}`),
  });
  if (flags['json'] === true)
    cli.out(JSON.stringify({ entry: input.entry, seed: input.seed, leaks: measured }));
  else cli.out(describeLeaks(measured));
  return EXIT.ok;
}

/** @throws InvalidInputError when nothing can be trained on the bars, or they are too many. */
function leakBars(
  cli: Cli,
  manifest: IngestManifestWithSeries,
  members: readonly UniverseMember[],
  input: RunInput,
): LeakBars {
  const slots = barSlots(loadCalendar(cli.packageRoot), manifest);
  const planned = planWindows({ coverage: seriesCoverage(manifest, members), config: input, slots });
  if (planned.trainable === 0) throw new InvalidInputError([nothingToTrain(planned)]);
  const series = manifest.series.flatMap((record) => {
    const raw = manifest.bars.get(record.symbol);
    return raw === undefined ? [] : [barsBefore(adjustSeries(raw, record.corporateActions ?? []), input.to)];
  });
  const bars = series.reduce((sum, { time }) => sum + time.length, 0);
  if (bars > MOST_BARS)
    throw new InvalidInputError([
      `symbols: ${bars} bars are more than the ${MOST_BARS} that fit into memory here: name fewer --symbols, or a later --from`,
    ]);
  return {
    series,
    slots,
    membership: membershipOf(manifest.series),
    sectors: sectorsOf(manifest.series),
    cohorts: planned.cohorts.map(({ id, shards }) => ({ id, symbols: shards.flat() })),
  };
}

/** The same run with the members of today. */
async function survivorsOf(cli: Cli, input: RunInput): Promise<Survivors> {
  if (input.source === 'synthetic')
    return { reason: 'no synthetic symbol was ever removed: try it on real bars' };
  if (input.membership !== 'point-in-time')
    return {
      reason:
        'the symbols are those known today already: it takes a universe with a history of members (--membership point-in-time)',
    };
  const today: RunInput = { ...input, membership: 'today' };
  const { members } = await settleMembers(today, cli);
  return { bars: leakBars(cli, await ingestInMemory(today, cli), members, today) };
}
