import { describeSeries } from '../../data/bars/bar-store.js';
import type { BarSeries } from '../../data/bars/series.js';
import { GurukulError, InvalidInputError } from '../../data/errors.js';
import type { Coverage } from '../../data/schemas/coverage.js';
import type { IngestManifest } from '../../data/schemas/ingest.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import { settleMembers } from '../../data/universe/run-members.js';
import { isProvider } from '../../data/sources/provider.js';
import type { BarFilesReport } from '../../data/sources/source.js';
import type { Home } from '../../data/store/home.js';
import type { IngestedSeries } from './ingest-series.js';
import { ingestSeries } from './ingest-series.js';
import { ingestManifestOf } from './manifest.js';
import { keepObservedSessions } from './observed-sessions.js';
import { openIngest } from './open-ingest.js';
import { dailyCloses } from './twins.js';

/** A manifest together with the series that it names. */
export interface IngestManifestWithSeries extends IngestManifest {
  /** By symbol, as traded; those whose status is `ok`. Their files need not be in the store. */
  readonly bars: ReadonlyMap<string, BarSeries>;
  readonly coverage: Coverage;
  /** How the files of a folder were read; absent for other sources. */
  readonly files?: BarFilesReport;
}

/**
 * The ingest of a whole run without a server, and without writing anything: what `gurukul plan` plans from.
 * Its manifest, references and digest are those that the run itself would make.
 *
 * @throws InvalidInputError for a wrong universe, symbol or source.
 */
export async function ingestInMemory(
  config: RunInput,
  { home, packageRoot }: { readonly home: Home; readonly packageRoot: string },
): Promise<IngestManifestWithSeries> {
  const { membership, members } = await settleMembers(config, { home, packageRoot });
  const opened = await openIngest({ ...config, membership }, { home, packageRoot });
  const ingested: IngestedSeries[] = [];
  for (const member of members) {
    ingested.push(
      await ingestSeries(member, {
        ...opened,
        store: (series) => Promise.resolve(describeSeries(home, series).ref),
      }),
    );
  }
  requireFetched(config, ingested);
  const bars = new Map<string, BarSeries>(
    ingested.flatMap(({ series }) => (series === null ? [] : [[series.symbol, series] as const])),
  );
  const kept = await keepObservedSessions(
    ingested.map(({ record }) => record),
    [...bars.values()].map(dailyCloses),
    opened.calendar,
    {
      read: ({ symbol }) => Promise.resolve(requireSeries(bars, symbol)),
      store: (series) => {
        bars.set(series.symbol, series);
        return Promise.resolve(describeSeries(home, series).ref);
      },
    },
  );
  const manifest = ingestManifestOf(kept.records, kept.days, config, opened, kept.observed);
  for (const { symbol, status } of manifest.series) if (status !== 'ok') bars.delete(symbol);
  const files = await opened.source.files?.();
  return { ...manifest, bars, ...(files === undefined ? {} : { files }) };
}

function requireSeries(bars: ReadonlyMap<string, BarSeries>, symbol: string): BarSeries {
  const series = bars.get(symbol);
  if (series === undefined) throw new GurukulError('Bug', `${symbol} has a record, but no bars`);
  return series;
}

/** Without a single bar in the home there is nothing to plan from: nobody has fetched any yet. */
function requireFetched({ source }: RunInput, ingested: readonly IngestedSeries[]): void {
  if (!isProvider(source) || ingested.some(({ record }) => !['no_bars', 'excluded'].includes(record.status)))
    return;
  throw new InvalidInputError([
    `source: no bars of ${source} are in this home yet: fetch them first, with gurukul ingest --source ${source} and the same flags (--embedded brings server and workers along)`,
  ]);
}
