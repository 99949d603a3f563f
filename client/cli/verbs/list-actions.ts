import { statSync } from 'node:fs';
import path from 'node:path';

import { loadActionCoverage } from '../../../data/actions/action-coverage.js';
import { addCommand } from '../../../data/actions/add-command.js';
import { loadActions } from '../../../data/actions/load-actions.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { factorText, plural, renderTable } from '../format.js';
import type { FlagTexts } from '../run-flags.js';

/** Names of the lists in the table. */
const ORIGINS = { project: 'project', home: 'yours', bars: 'bars folder' } as const;

/** The merged list of corporate actions, and for named symbols the days for which the project's part is complete. */
export async function listActions(
  cli: Cli,
  symbols: readonly string[],
  { bars, json }: FlagTexts,
): Promise<ExitCode> {
  const folder = typeof bars === 'string' ? path.resolve(cli.cwd, bars) : undefined;
  if (folder !== undefined && statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new InvalidInputError([`--bars: the folder ${folder} does not exist`]);
  const listed = await loadActions(cli, { bars: folder });
  const wanted = new Set(symbols.map((symbol) => listed.newestOf(symbol.toUpperCase())));
  const chosen = <Row extends { readonly symbol: string }>(rows: readonly Row[]): Row[] =>
    rows.filter(({ symbol }) => wanted.size === 0 || wanted.has(listed.newestOf(symbol)));
  const coverage = await loadActionCoverage(cli.packageRoot);
  const checked = [...wanted].map((symbol) => ({
    symbol,
    ...(coverage.get(symbol) ?? { from: null, to: null, basis: 'unverified' }),
  }));
  const actions = chosen(listed.actions);
  const withoutFactor = chosen(listed.withoutFactor);
  if (json === true) {
    cli.out(JSON.stringify({ actions, withoutFactor, checked }));
    return EXIT.ok;
  }
  if (actions.length === 0) cli.out('no corporate actions are listed');
  else
    cli.out(
      renderTable(
        ['symbol', 'ex-date', 'factor', 'kind', 'list', 'evidence'],
        actions.map((one) => [
          one.symbol,
          one.exDate,
          factorText(one.priceFactor),
          one.kind,
          ORIGINS[one.origin],
          one.evidence ?? '',
        ]),
      ),
    );
  if (withoutFactor.length > 0)
    cli.out([
      `${plural(withoutFactor.length, 'action')} without a factor:`,
      ...withoutFactor.map(
        (action) => `  ${action.place}: ${addCommand({ ...action, kind: action.purpose })}`,
      ),
    ]);
  for (const { symbol, from, to, basis } of checked)
    cli.out(
      from === null || to === null
        ? `${symbol}: unverified: nobody has checked that the list is complete`
        : `${symbol}: checked from ${from} until ${to} by ${basis}`,
    );
  return EXIT.ok;
}
