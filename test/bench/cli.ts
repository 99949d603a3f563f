import { teachArguments } from './arguments.js';
import type { CommandTimes } from './cli-times.js';
import { cliRatios, measureCommands, median } from './cli-times.js';
import { benchmark, print } from './program.js';
import { decimals, tableLines } from './table.js';

/*
 * How long short commands take, compared with minimal programs: Node.js with an empty program, and a client that
 * connects to the server and describes one workflow. All run in turn, round by round, against the benchmark's own
 * server and workers.
 */

const ROUNDS = 21;
const QUICK_ROUNDS = 3;

await benchmark(async (home) => {
  const { json, quick } = teachArguments(process.argv.slice(2));
  const times = await measureCommands(home, quick ? QUICK_ROUNDS : ROUNDS, print);
  for (const line of tableLines([['', 'median', 'fastest', 'slowest'], ...times.map(row)])) print(line);
  const figures = cliRatios(times);
  for (const [name, ratio] of Object.entries<number | null>({ ...figures }))
    print(`${name} ${decimals(ratio, 2)}`);
  return { json, figures };
});

function row({ name, ms }: CommandTimes): string[] {
  return [name, ...[median(ms), Math.min(...ms), Math.max(...ms)].map((value) => `${decimals(value, 0)} ms`)];
}
