import { teachArguments } from './arguments.js';
import type { CommandTimes } from './cli-times.js';
import { cliRatios, measureCommands, median } from './cli-times.js';
import { benchmark, say } from './program.js';
import { decimals, tableLines } from './table.js';

/*
 * How long short commands take, beside programs that do the least that could be done: Node.js with nothing
 * to do, and a client that connects to the server and describes one workflow. All run in turn, round after
 * round, against a server and workers of the benchmark's own.
 */

const ROUNDS = 21;
const QUICK_ROUNDS = 3;

await benchmark(async (home) => {
  const { json, quick } = teachArguments(process.argv.slice(2));
  const times = await measureCommands(home, quick ? QUICK_ROUNDS : ROUNDS, say);
  for (const line of tableLines([['', 'median', 'fastest', 'slowest'], ...times.map(row)])) say(line);
  const figures = cliRatios(times);
  for (const [name, ratio] of Object.entries(figures)) say(`${name} ${decimals(ratio, 2)}`);
  return { json, figures };
});

function row({ name, ms }: CommandTimes): string[] {
  return [name, ...[median(ms), Math.min(...ms), Math.max(...ms)].map((value) => `${decimals(value, 0)} ms`)];
}
