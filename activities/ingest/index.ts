import { readSeries, writeSeries } from '../../data/bars/bar-store.js';
import { GurukulError } from '../../data/errors.js';
import type { SeriesRecord } from '../../data/schemas/ingest.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { canonicalJson } from '../../data/store/digests.js';
import { writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { inLanes } from '../../data/in-lanes.js';
import { readStoredJson, writeStored } from '../../data/store/stored-files.js';
import type { TelemetryEvent } from '../../data/telemetry/telemetry.js';
import { recordEvent, recordEvents } from '../../data/telemetry/telemetry.js';
import { heartbeat } from '../heartbeat.js';
import type { IngestActivities } from './activities.js';
import { batchSymbols } from './batch-symbols.js';
import { renderCoverageCsv } from '../texts/coverage/coverage-csv.js';
import { renderCoverageHtml } from '../texts/coverage/coverage-html.js';
import { ingestSeries } from './ingest-series.js';
import { batchSchema, keptRecords } from './kept-records.js';
import { knownSeries } from './known-series.js';
import { countStatuses, ingestManifestOf, requireUsable } from './manifest.js';
import { listingsOf, openIngest } from './open-ingest.js';
import { keepObservedSessions } from './observed-sessions.js';
import type { SeriesDays } from './twins.js';
import { dailyCloses } from './twins.js';

/** Series in hand at once: while some wait for the disk, another is read and checked. */
const SERIES_AT_ONCE = 8;

/** Activities of the step ingest. Done twice they write the same files: ids and names come from the data. */
export function createIngestActivities({
  home,
  packageRoot,
}: {
  readonly home: Home;
  readonly packageRoot: string;
}): IngestActivities {
  return {
    async ingestSymbols({ config, symbols, batch, batches, reread }) {
      const kept = await keptRecords(home, home.ingestBatch(config.runId, batch), reread);
      const opened = await openIngest(config, { home, packageRoot });
      const members = opened.select(await batchSymbols(home, { symbols, batch, batches }));
      const knownOf = knownSeries(opened, { home, packageRoot });
      const records = await inLanes(members, SERIES_AT_ONCE, async (member, index) => {
        heartbeat({ symbol: member.symbol, done: index, of: members.length });
        const own = kept.get(member.symbol);
        if (own !== undefined) return own;
        const { known, keep } = await knownOf(member);
        if (known !== undefined) return known;
        const { record, read } = await ingestSeries(member, {
          ...opened,
          store: (series) => writeSeries(home, series),
        });
        await keep(record, read);
        return record;
      });
      recordEvents(home, config.runId, records.filter(({ symbol }) => !kept.has(symbol)).map(seriesEvent));
      await writeStored(home, home.ingestBatch(config.runId, batch), `${canonicalJson(records)}\n`);
      return { symbols: records.length };
    },

    async sealIngest({ config, batches }) {
      const files = Array.from({ length: batches }, (_, batch) => home.ingestBatch(config.runId, batch));
      const records = (await Promise.all(files.map((file) => readBatch(home, file)))).flat();
      const listings = await listingsOf(config, { home, packageRoot });
      const closes = await readCloses(home, records, config);
      const kept = await keepObservedSessions(records, closes, listings.calendar, {
        read: ({ ref, symbol }) => readSeries(home, ref, symbol, config.interval),
        store: (series) => writeSeries(home, series),
      });
      const manifest = ingestManifestOf(kept.records, kept.days, config, listings, kept.observed);
      const { series, digest, coverage } = manifest;
      const ref = await writeRef(
        home,
        home.ingest(config.runId),
        `${canonicalJson(manifest)}\n`,
        series.length,
      );
      await writeStored(home, home.coverageJson(config.runId), `${canonicalJson(coverage)}\n`);
      await writeStored(home, home.coverageTable(config.runId), renderCoverageCsv(coverage));
      await writeStored(home, home.coverageHtml(config.runId), renderCoverageHtml(coverage));
      requireUsable(manifest, home.coverageHtml(config.runId));
      const statuses = countStatuses(series);
      recordEvent(home, config.runId, {
        event: 'ingest',
        id: 'ingest',
        symbols: series.length,
        digest,
        statuses,
      });
      return { ref, symbols: series.length, digest, statuses };
    },
  };
}

/** Daily closes of all series that are used, a few at once: an intraday series is large. */
async function readCloses(
  home: Home,
  records: readonly SeriesRecord[],
  { interval }: Pick<RunConfig, 'interval'>,
): Promise<SeriesDays[]> {
  const closes = await inLanes(records, SERIES_AT_ONCE, async ({ symbol, status, ref }, index) => {
    if (status !== 'ok' || ref === null) return [];
    heartbeat({ symbol, done: index, of: records.length });
    return [dailyCloses(await readSeries(home, ref, symbol, interval))];
  });
  return closes.flat();
}

async function readBatch(home: Home, file: string): Promise<SeriesRecord[]> {
  const records = await readStoredJson(home, file, batchSchema);
  if (records === undefined) throw new GurukulError('ChecksumMismatch', `${file} is missing: ingest again`);
  return records;
}

function seriesEvent(record: SeriesRecord): TelemetryEvent {
  const { symbol, status, reason, error, bars, first, last, missingSessions, findings } = record;
  return {
    event: 'series',
    id: `series/${symbol}`,
    symbol,
    status,
    reason,
    error,
    bars,
    first,
    last,
    missingSessions,
    findings: findings.filter(({ severity }) => severity !== 'info'),
  };
}
