import { readSeries, writeSeries } from '../../data/bars/bar-store.js';
import { GurukulError } from '../../data/errors.js';
import type { SeriesRecord } from '../../data/schemas/ingest.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { canonicalJson } from '../../data/store/digests.js';
import { writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { readStoredJson, writeStored } from '../../data/store/stored-files.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import { heartbeat } from '../heartbeat.js';
import type { IngestActivities } from './activities.js';
import { batchSymbols } from './batch-symbols.js';
import { renderCoverageHtml } from '../texts/coverage-html.js';
import { ingestSeries } from './ingest-series.js';
import { batchSchema, keptRecords } from './kept-records.js';
import { countStatuses, ingestManifestOf, requireUsable } from './manifest.js';
import { listingsOf, openIngest } from './open-ingest.js';
import { keepObservedSessions } from './observed-sessions.js';
import type { SeriesDays } from './twins.js';
import { dailyCloses } from './twins.js';

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
      const records: SeriesRecord[] = [];
      for (const [index, member] of members.entries()) {
        heartbeat({ symbol: member.symbol, done: index, of: members.length });
        const known = kept.get(member.symbol);
        if (known !== undefined) {
          records.push(known);
          continue;
        }
        const { record } = await ingestSeries(member, {
          ...opened,
          store: (series) => writeSeries(home, series),
        });
        records.push(record);
        recordSeries(home, config.runId, record);
      }
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

/** Daily closes of all series that are used, one after the other: an intraday series is large. */
async function readCloses(
  home: Home,
  records: readonly SeriesRecord[],
  { interval }: Pick<RunConfig, 'interval'>,
): Promise<SeriesDays[]> {
  const closes: SeriesDays[] = [];
  for (const { symbol, status, ref } of records) {
    if (status !== 'ok' || ref === null) continue;
    heartbeat({ symbol, done: closes.length, of: records.length });
    closes.push(dailyCloses(await readSeries(home, ref, symbol, interval)));
  }
  return closes;
}

async function readBatch(home: Home, file: string): Promise<SeriesRecord[]> {
  const records = await readStoredJson(home, file, batchSchema);
  if (records === undefined) throw new GurukulError('ChecksumMismatch', `${file} is missing: ingest again`);
  return records;
}

function recordSeries(home: Home, run: string, record: SeriesRecord): void {
  const { symbol, status, reason, error, bars, first, last, missingSessions, findings } = record;
  recordEvent(home, run, {
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
  });
}
