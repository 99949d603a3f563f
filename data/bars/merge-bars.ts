import path from 'node:path';

import type { ProviderResponse, BarRevision } from '../schemas/provider-log.js';
import type { FileRef } from '../schemas/file-ref.js';
import { sha256 } from '../store/digests.js';
import { writeRef } from '../store/file-refs.js';
import { appendJsonLine } from '../store/json-lines.js';
import type { Home } from '../store/home.js';
import { isoDate, dayOfMinutes } from '../time/dates.js';
import { seriesText } from './series-text.js';
import { formatBarTime } from './bar-time.js';
import type { FetchedKey } from './fetched-bars.js';
import { readResponses, readFetchedBars } from './fetched-bars.js';
import { compareSeries } from './merge-series.js';
import type { BarSeries } from './series.js';

/** The parts of a response's record that do not depend on merging. */
export type Provenance = Omit<ProviderResponse, 'added' | 'revised' | 'file'>;

/** Number of bars that merging a response added and revised. */
export interface Merged {
  readonly added: number;
  readonly revised: number;
}

/**
 * Merges the bars of one response into the stored bars of a symbol, and logs the response. Bars that are stored
 * already change nothing. A bar with other values replaces the old one when the series is read; both are kept, and
 * the change is recorded as a revision.
 *
 * No file is ever overwritten: the bars that a response adds or revises are written to a new file, and the line in
 * the log, written last, makes it part of the series. So a merge that was killed has no effect, a repeated merge
 * changes nothing, and two programs may merge into one series at the same time.
 *
 * @param bars In strictly ascending time; null for a response without bars.
 * @throws GurukulError StoreUnavailable
 */
export async function mergeBars(
  home: Home,
  key: FetchedKey,
  bars: BarSeries | null,
  provenance: Provenance,
): Promise<Merged> {
  if (bars === null || bars.time.length === 0) {
    logAnswer(home, key, { ...provenance, added: 0, revised: 0, file: null });
    return { added: 0, revised: 0 };
  }
  const stored = await readFetchedBars(home, key, rangeOf(bars), readResponses(home, key));
  const { changed, added, revised } = compareSeries(stored, bars);
  const file = changed.time.length === 0 ? null : await writePiece(home, key, changed);
  for (const { time, was, now } of revised) {
    const revision: BarRevision = {
      bar: formatBarTime(time, key.interval),
      was,
      now,
      at: provenance.at,
      answer: provenance.sha256 ?? '',
    };
    appendJsonLine(home.fetchedRevisions(key.source, key.symbol, key.interval), revision);
  }
  logAnswer(home, key, { ...provenance, added, revised: revised.length, file });
  return { added, revised: revised.length };
}

async function writePiece(
  home: Home,
  { source, symbol, interval }: FetchedKey,
  piece: BarSeries,
): Promise<FileRef> {
  const text = seriesText(piece);
  const { from, to } = rangeOf(piece);
  // The name contains a digest of the content, so merging a response again writes the same file.
  const name = `${from}_to_${to}-${sha256(text).slice(0, 16)}.csv`;
  return writeRef(home, path.join(home.fetchedDir(source, symbol, interval), name), text, piece.time.length);
}

function logAnswer(home: Home, { source, symbol, interval }: FetchedKey, answer: ProviderResponse): void {
  appendJsonLine(home.fetchedAnswers(source, symbol, interval), answer);
}

/** The days of a series, which has at least one bar; half-open. */
function rangeOf({ time }: BarSeries): { readonly from: string; readonly to: string } {
  return {
    from: isoDate(dayOfMinutes(time[0] ?? 0)),
    to: isoDate(dayOfMinutes(time.at(-1) ?? 0) + 1),
  };
}
