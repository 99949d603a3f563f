import { BarRows } from '../../bars/bar-rows.js';
import { hasErrors } from '../../bars/findings.js';
import { joinBars } from '../../bars/join-bars.js';
import type { Calendar } from '../../calendar/calendar.js';
import type { BarTable, ReadOptions } from '../../formats/engine/read-bar-file.js';
import { UNNAMED } from '../../formats/engine/table-rows.js';
import { symbolKey } from '../../formats/engine/symbol-key.js';
import { PLAIN } from '../../formats/plain.js';
import type { DayRange } from '../../schemas/day-range.js';
import type { Finding } from '../../schemas/ingest.js';
import type { FileState } from '../../store/file-state.js';
import { startOfDate } from '../../time/dates.js';
import type { SourceBars } from '../source.js';
import type { BarFolder } from './bar-folder.js';
import { filesOf } from './bar-folder.js';
import { readFolderFile } from './read-file.js';
import type { SharedFiles } from './shared-files.js';

/** What the bars of a symbol are read with. */
export interface ReadSymbolDeps {
  readonly folder: BarFolder;
  readonly days: DayRange;
  readonly calendar: Calendar;
  readonly options: ReadOptions;
  readonly stamps?: 'start' | 'end';
  /** Other names of the symbol, former and newer ones. */
  readonly aliases: (symbol: string) => readonly string[];
  readonly shared: () => Promise<SharedFiles>;
  /** Takes down in which format a file was read. */
  readonly used: (file: string, format: string) => void;
}

/** Reads the bars of a symbol from its own files and from those of many symbols, under all of its names. */
export async function readSymbol(symbol: string, deps: ReadSymbolDeps): Promise<SourceBars> {
  const rows = new BarRows();
  const findings: Finding[] = [];
  const names = [symbol, ...deps.aliases(symbol)];
  const keys = new Set(names.map(symbolKey));
  const orders = new Set<string>();
  const states: (FileState | undefined)[] = [];
  const shared = await deps.shared();
  for (const name of names) {
    const files = await filesOf(deps.folder, name);
    if ('problem' in files) return refused('ambiguous_files', files.problem);
    for (const file of files.paths) {
      const read = await readFolderFile(deps.folder.folder, file, deps.options);
      states.push(read.state);
      findings.push(...read.troubles.map((trouble) => ({ severity: 'error' as const, ...trouble })));
      for (const table of read.tables) {
        deps.used(file, table.layout.format.name);
        findings.push(...addTable(rows, table, name, keys, deps.days));
        noteOrder(orders, table);
      }
    }
    const others = shared.rows.get(symbolKey(name));
    if (others !== undefined) rows.addAll(others);
    if (name !== symbol && (files.paths.length > 0 || others !== undefined)) {
      const message = `${symbol}: the bars under its other name ${name} are used`;
      findings.push({ severity: 'info', code: 'former_symbol', message });
    }
    if (others !== undefined)
      findings.push(...shared.troubles.map((trouble) => ({ severity: 'warning' as const, ...trouble })));
  }
  const { days, calendar, folder, stamps } = deps;
  const options = {
    symbol,
    interval: folder.interval,
    days,
    calendar,
    ...(stamps === undefined ? {} : { stamps }),
  };
  const joined = joinBars(rows, options);
  const all = [...formatFindings(symbol, rows, orders), ...findings, ...joined.findings];
  const series = hasErrors(all) ? null : joined.series;
  const read = states.filter((state) => state !== undefined);
  return { series, findings: all, place: joined.place, ...(read.length === states.length ? { read } : {}) };
}

/** Adds the rows of a symbol's own file; rows of other symbols in it are an error. */
function addTable(
  rows: BarRows,
  table: BarTable,
  name: string,
  keys: ReadonlySet<string>,
  days: DayRange,
): Finding[] {
  const findings: Finding[] = [];
  const [from, to] = [startOfDate(days.from), startOfDate(days.to)];
  let count = 0;
  for (const [key, added] of table.rows.symbols) {
    if (key === UNNAMED || keys.has(key)) {
      rows.add(table, added);
      count += added.time.length + added.leftOut.length + added.troubles.length;
      continue;
    }
    const row = added.time.data.subarray(0, added.time.length).findIndex((time) => time >= from && time < to);
    count += added.time.length;
    if (row < 0) continue;
    const message = `${table.name}:${added.line.data[row] ?? 0}: has a bar of ${added.named || 'no symbol'} in the file of ${name}. Are several symbols in one file?`;
    findings.push({ severity: 'error', code: 'wrong_symbol', message });
  }
  const { otherSegment } = table.rows;
  if (count === 0) {
    const message =
      otherSegment > 0
        ? `${table.name}: has rows of another market segment or exchange only`
        : `${table.name}: has a header but no bars`;
    findings.push({ severity: 'warning', code: 'no_rows', message });
  }
  return findings;
}

function noteOrder(orders: Set<string>, { rows: { order } }: BarTable): void {
  if (order === undefined) return;
  const words = { dmy: 'day before month', mdy: 'month before day', ymd: 'year, month, day' };
  orders.add(`dates are read with ${words[order.order]}: ${order.why}`);
}

/** How the files were read, unless they are plain. */
function formatFindings(symbol: string, { sources }: BarRows, orders: ReadonlySet<string>): Finding[] {
  const files = new Map<string, string[]>();
  for (const { format, name } of sources) files.set(format, [...(files.get(format) ?? []), name]);
  if (sources.length === 0 || ([...files.keys()].every((name) => name === PLAIN.name) && orders.size === 0))
    return [];
  const formats = [...files].map(([format, names]) =>
    names.length === 1 ? `${format} (${names[0] ?? ''})` : `${format} (${names.length} files)`,
  );
  const message = [`${symbol}: read as ${formats.join(', ')}`, ...orders].join('; ');
  return [{ severity: 'info', code: 'format', message }];
}

function refused(code: string, message: string): SourceBars {
  return { series: null, findings: [{ severity: 'error', code, message }] };
}
