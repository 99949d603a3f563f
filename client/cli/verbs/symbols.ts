import type { SymbolRecord } from '../../../data/schemas/symbol-master.js';
import type { SymbolMaster } from '../../../data/symbols/symbol-master.js';
import { loadSymbolMaster } from '../../../data/symbols/symbol-master.js';
import { refreshSymbols } from '../../../data/symbols/refresh-symbols.js';
import { loadUniverse } from '../../../data/universe/universe.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { plural, renderTable } from '../format.js';

export interface RefreshFlags {
  readonly securityMaster: string;
  readonly equityList: string;
  readonly symbolChanges: string;
  readonly json?: boolean;
}

/** Joins the lists of ICICI Direct and the NSE, and says what changed. */
export async function refreshSymbolLists(cli: Cli, { json, ...lists }: RefreshFlags): Promise<ExitCode> {
  const before = await loadSymbolMaster(cli.packageRoot, cli.home);
  const { records, remarks } = await refreshSymbols(cli.home, lists, cli.cwd);
  const after = await loadSymbolMaster(cli.packageRoot, cli.home);
  const { members: today, history } = await loadUniverse('nifty100', cli.packageRoot);
  const members = [...today, ...(history?.others ?? [])].map(({ symbol }) => symbol).sort();
  const changes = members.flatMap((symbol) => changesOf(symbol, before, after));
  const coded = records.filter(({ isecCode }) => isecCode !== null).length;
  const file = cli.home.symbolMaster();
  if (json === true) {
    cli.out(JSON.stringify({ symbols: records.length, coded, changes, remarks, file }));
    return EXIT.ok;
  }
  cli.out(`${plural(records.length, 'share')} of series EQ, ${coded} with a code of ICICI Direct: ${file}`);
  for (const remark of remarks) cli.out(remark);
  if (changes.length === 0)
    cli.out(`nothing has changed for the ${members.length} symbols that are or were in nifty100`);
  else
    cli.out(
      renderTable(
        ['symbol', 'what', 'before', 'now'],
        changes.map(({ symbol, what, was, is }) => [symbol, what, was, is]),
      ),
    );
  return EXIT.ok;
}

interface Change {
  readonly symbol: string;
  readonly what: string;
  readonly was: string;
  readonly is: string;
}

function changesOf(symbol: string, before: SymbolMaster, after: SymbolMaster): Change[] {
  const [old, now] = [before.find(symbol), after.find(symbol)];
  const fields: readonly (readonly [string, keyof SymbolRecord])[] = [
    ['symbol', 'symbol'],
    ['Breeze code', 'isecCode'],
    ['listing date', 'listingDate'],
    ['ISIN', 'isin'],
  ];
  return fields.flatMap(([what, field]) => {
    const [was, is] = [String(old?.[field] ?? '–'), String(now?.[field] ?? '–')];
    return was === is ? [] : [{ symbol, what, was, is }];
  });
}
