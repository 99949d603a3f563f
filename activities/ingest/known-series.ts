import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { holdsSeries } from '../../data/bars/bar-store.js';
import { calendarFile } from '../../data/calendar/calendar.js';
import { MAX_BYTES } from '../../data/formats/engine/unpack.js';
import { seriesRecordSchema } from '../../data/schemas/ingest.js';
import type { SeriesRecord } from '../../data/schemas/ingest.js';
import type { UniverseMember } from '../../data/schemas/universe.js';
import type { SourceBars } from '../../data/sources/source.js';
import { codeVersion } from '../../data/store/code-version.js';
import { canonicalJson, sha256 } from '../../data/store/digests.js';
import type { FileState } from '../../data/store/file-state.js';
import { fileStateSchema, sameState } from '../../data/store/file-state.js';
import { readIfExists, writeFileAtomic } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import type { OpenIngest } from './open-ingest.js';

/** Kept of each symbol: runs with other dates or options take turns. */
const KEPT = 4;

const entrySchema = z.strictObject({
  /** Digest of everything but the files that the record depends on. */
  key: z.string(),
  files: z.array(fileStateSchema),
  record: seriesRecordSchema,
});
type Entry = z.output<typeof entrySchema>;

const fileSchema = z.strictObject({
  /** Over the entries: a file that was cut off or edited is no record of anything. */
  sha256: z.string(),
  /** The last ones first. */
  entries: z.array(entrySchema),
});

/** A member whose record, if there is none, can be kept for the next ingest. */
export interface KnownPlace {
  /** What an earlier ingest found in the same files, which are neither parsed nor checked again. */
  readonly known: SeriesRecord | undefined;
  /** Keeps what this ingest has found. */
  readonly keep: (record: SeriesRecord, read: SourceBars['read']) => Promise<void>;
}

/**
 * Finds what earlier ingests found. A record is used only where everything that it depends on is as it was: files of
 * the symbol by size, times and SHA-256 (see file-state.ts), code and libraries, calendar, corporate actions, and the
 * run's dates and options; and where the stored series is there with its digest. Damaged records are ignored.
 */
export function knownSeries(
  opened: Pick<OpenIngest, 'source' | 'days' | 'rule' | 'second'>,
  { home, packageRoot }: { readonly home: Home; readonly packageRoot: string },
): (member: UniverseMember) => Promise<KnownPlace> {
  const { source, days, rule, second } = opened;
  let program: Promise<readonly string[]> | undefined;
  return async (member) => {
    const nothing = { known: undefined, keep: () => Promise.resolve() };
    // What a second source has of a symbol is compared every time.
    const origin = second === null ? await source.origin?.(member.symbol) : undefined;
    if (origin === undefined || origin.files.length === 0) return nothing;
    const { symbol, listingDate, exclusion } = member;
    program ??= programOf(packageRoot);
    const key = sha256(
      canonicalJson({
        ...{ program: await program, source: source.name, given: origin.given },
        ...{ symbol, listingDate, exclusion, days, rule },
      }),
    );
    const file = home.knownSeries(symbol);
    const entries = await readEntries(file);
    const others = entries.filter((entry) => entry.key !== key);
    const write = async (entry: Entry): Promise<void> => {
      const kept = [entry, ...others].slice(0, KEPT);
      await writeFileAtomic(
        file,
        `${canonicalJson({ sha256: sha256(canonicalJson(kept)), entries: kept })}\n`,
      );
    };
    const found = entries.find((entry) => entry.key === key);
    const states = found === undefined ? undefined : await sameStates(found.files, origin.files);
    if (found !== undefined && states !== undefined && (await isStored(home, found.record))) {
      // What had to be read to be known is known by its times the next time.
      if (states.some((state, index) => state !== found.files[index]))
        await write({ ...found, files: [...states] });
      return { ...nothing, known: found.record };
    }
    return {
      known: undefined,
      keep: async (record, read) => {
        if (read !== undefined && isOf(read, origin.files)) await write({ key, files: [...read], record });
      },
    };
  };
}

async function readEntries(file: string): Promise<Entry[]> {
  try {
    const content = await readIfExists(file);
    if (content === undefined) return [];
    const parsed = fileSchema.parse(JSON.parse(content.toString('utf8')));
    return sha256(canonicalJson(parsed.entries)) === parsed.sha256 ? parsed.entries : [];
  } catch {
    return [];
  }
}

/** The states of these files; undefined if one has changed or they are others. */
async function sameStates(
  states: readonly FileState[],
  files: readonly string[],
): Promise<FileState[] | undefined> {
  if (!isOf(states, files)) return undefined;
  const same: FileState[] = [];
  for (const state of states) {
    const now = await sameState(state, MAX_BYTES);
    if (now === undefined) return undefined;
    same.push(now);
  }
  return same;
}

function isOf(states: readonly FileState[], files: readonly string[]): boolean {
  return states.map(({ path: file }) => file).join('\n') === files.join('\n');
}

/** Whether the bars of a record are in the store, unchanged. */
async function isStored(home: Home, { ref }: SeriesRecord): Promise<boolean> {
  return ref === null || holdsSeries(home, ref);
}

/** Digests of what computes a record: code, pinned libraries and calendar. */
async function programOf(packageRoot: string): Promise<readonly string[]> {
  const files = [path.join(packageRoot, 'package.json'), calendarFile(packageRoot)];
  const digests = await Promise.all(files.map(async (file) => sha256(await readFile(file))));
  return [await codeVersion(), process.version, ...digests];
}
