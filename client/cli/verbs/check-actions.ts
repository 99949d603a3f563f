import type { ActionComparison, UnexplainedMove } from '../../../activities/ingest/compare-actions.js';
import type { UniverseComparison } from '../../../activities/ingest/compare-universe.js';
import { compareUniverse } from '../../../activities/ingest/compare-universe.js';
import { addCommand } from '../../../data/actions/add-command.js';
import { signedPercent } from '../../../data/text/signed-percent.js';
import { checkedRunInput } from '../check-run-input.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { factorText, plural, renderTable } from '../format.js';
import type { FlagTexts } from '../run-flags.js';

/** How a verdict reads in the table. */
const VERDICTS = { shown: 'shown', absent: 'not shown', unclear: 'unclear' } as const;

/**
 * Compares the list of corporate actions with the bars. Exit status 1 when a row is missing, has no factor, or is
 * contradicted by a series that shows others.
 */
export async function checkActions(cli: Cli, flags: FlagTexts): Promise<ExitCode> {
  const { input } = await checkedRunInput(cli, flags);
  const compared = await compareUniverse(input, cli);
  const wrong = compared.symbols.some(
    (one) => one.missing.some(isFall) || one.withoutFactor.length > 0 || contradicted(one).length > 0,
  );
  if (flags['json'] === true) cli.out(JSON.stringify(withCommands(compared)));
  else cli.out(describe(compared));
  return wrong ? EXIT.failed : EXIT.ok;
}

function describe({ symbols, unread }: UniverseComparison): string[] {
  const listed = symbols.flatMap(({ symbol, listed: own }) => own.map((action) => ({ symbol, ...action })));
  const missing = symbols.flatMap(({ symbol, missing: own }) => own.map((move) => ({ symbol, ...move })));
  const possible = symbols.flatMap(({ symbol, possible: own }) => own.map((move) => ({ symbol, ...move })));
  const open = symbols.flatMap(({ withoutFactor }) => withoutFactor);
  return [
    ...(listed.length === 0
      ? ['no listed action is within the bars']
      : renderTable(
          ['symbol', 'ex-date', 'factor', 'kind', 'overnight', 'bars'],
          listed.map((one) => [
            one.symbol,
            one.exDate,
            factorText(one.priceFactor),
            one.kind,
            signedPercent(one.move),
            VERDICTS[one.verdict],
          ]),
        )),
    ...symbols.flatMap((one) =>
      contradicted(one).map(
        ({ exDate, kind }) =>
          `${one.symbol} ${exDate}: the bars do not show the ${kind}, but they show other actions: is its date or factor wrong?`,
      ),
    ),
    ...section('without an action in the list', missing),
    ...section('listed without a factor', open),
    ...section('perhaps a small bonus, perhaps trading: look it up before you add it', possible, false),
    ...unread.map(({ symbol, reason }) => `${symbol}: not compared: ${reason}`),
    '',
    `${plural(symbols.length, 'symbol')} compared: ${plural(listed.length, 'listed action')}, ${missing.filter(isFall).length} missing, ${open.length} without a factor`,
  ];
}

function section(
  title: string,
  moves: readonly (UnexplainedMove & { readonly symbol: string })[],
  ready = true,
): string[] {
  if (moves.length === 0) return [];
  return [
    '',
    `${plural(moves.length, 'move')} ${title}:`,
    ...moves.flatMap((move) => {
      const command = addCommandOf(move);
      const what = `  ${move.symbol} ${move.date} ${signedPercent(move.move)} over night`;
      if (move.likely === null || command === undefined)
        return [`${what}: no action lifts a price; are some of the bars adjusted and others not?`];
      const likely = `${what}: likely factor ${factorText(move.likely.priceFactor)} (${move.likely.kind})`;
      return ready ? [likely, `    ${command}`] : [likely];
    }),
  ];
}

/** The command that adds the likely action, to be corrected where it is known better. */
function addCommandOf({
  symbol,
  date,
  move,
  likely,
}: UnexplainedMove & { readonly symbol: string }): string | undefined {
  if (likely === null) return undefined;
  return addCommand({
    symbol,
    exDate: date,
    factor: factorText(likely.priceFactor),
    kind: likely.kind,
    evidence: `bars: ${signedPercent(move)} over night`,
  });
}

function withCommands({ symbols, unread }: UniverseComparison): object {
  const withCommand = (symbol: string, moves: readonly UnexplainedMove[]): object[] =>
    moves.map((move) => ({ ...move, command: addCommandOf({ symbol, ...move }) ?? null }));
  return {
    symbols: symbols.map(({ symbol, listed, missing, possible, withoutFactor }) => ({
      symbol,
      listed,
      missing: withCommand(symbol, missing),
      possible: withCommand(symbol, possible),
      withoutFactor: withCommand(symbol, withoutFactor),
    })),
    unread,
  };
}

/** Listed actions that the bars do not show, of a series that shows others. */
function contradicted({ listed }: ActionComparison): ActionComparison['listed'] {
  return listed.some(({ verdict }) => verdict === 'shown')
    ? listed.filter(({ verdict }) => verdict === 'absent')
    : [];
}

function isFall({ likely }: UnexplainedMove): boolean {
  return likely !== null;
}
