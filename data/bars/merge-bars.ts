import path from 'node:path';

import type { Answer, Revision } from '../schemas/answer.js';
import type { FileRef } from '../schemas/file-ref.js';
import { appendJsonLine, sha256, writeRef } from '../store/files.js';
import type { Home } from '../store/home.js';
import { isoDate, dayOfMinutes } from '../time/dates.js';
import { seriesText } from './series-text.js';
import { formatBarTime } from './bar-time.js';
import type { FetchedKey } from './fetched-bars.js';
import { readAnswers, readFetchedBars } from './fetched-bars.js';
import { compareSeries } from './merge-series.js';
import type { BarSeries } from './series.js';

/** How an answer came to be: all of its record that merging does not find out itself. */
export type Provenance = Omit<Answer, 'added' | 'revised' | 'file'>;

/** What merging an answer did. */
export interface Merged {
  readonly added: number;
  readonly revised: number;
}

/**
 * Adds the bars of one answer to what a provider has told of a symbol, and the answer to its log. Bars that
 * are there already change nothing; a bar with other values stands beside the old one, is the one that is
 * read from now on, and is recorded as a revision.
 *
 * Nothing is ever overwritten: the bars that an answer adds or revises become a file of their own, and the
 * log's line, written last, brings it in. So a merge that was killed on its way leaves no trace, one that is
 * done twice changes nothing, and two programs may merge into one series at the same time.
 *
 * @param bars In strictly rising time; null for an answer without bars.
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
  const stored = await readFetchedBars(home, key, rangeOf(bars), readAnswers(home, key));
  const { changed, added, revised } = compareSeries(stored, bars);
  const file = changed.time.length === 0 ? null : await writePiece(home, key, changed);
  for (const { time, was, now } of revised) {
    const revision: Revision = {
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
  // Named by its content too: an answer that is merged again writes the same file.
  const name = `${from}_to_${to}-${sha256(text).slice(0, 16)}.csv`;
  return writeRef(home, path.join(home.fetchedDir(source, symbol, interval), name), text, piece.time.length);
}

function logAnswer(home: Home, { source, symbol, interval }: FetchedKey, answer: Answer): void {
  appendJsonLine(home.fetchedAnswers(source, symbol, interval), answer);
}

/** Days of a series with at least one bar, half-open. */
function rangeOf({ time }: BarSeries): { readonly from: string; readonly to: string } {
  return {
    from: isoDate(dayOfMinutes(time[0] ?? 0)),
    to: isoDate(dayOfMinutes(time.at(-1) ?? 0) + 1),
  };
}
