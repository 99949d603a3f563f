import { scaleArguments } from './arguments.js';
import { benchmark, print } from './program.js';
import { overBudget, scaleTable } from './scale-report.js';
import { runAtScale } from './scale-run.js';

/*
 * Runs a universe of any size through the real workflows on a real server, with activities that return at once, to
 * measure the cost of the orchestration alone. Exit status 1 when a budget is exceeded.
 */

await benchmark(async (home) => {
  const { json, symbols, windows } = scaleArguments(process.argv.slice(2));
  print(`${symbols} symbols × ${windows} windows, simulated training …`);
  const figures = await runAtScale(home, { symbols, windows });
  for (const line of scaleTable(figures)) print(line);
  const over = overBudget(figures);
  for (const line of over) print(`above budget: ${line}`);
  if (over.length > 0) process.exitCode = 1;
  return { json, figures: { ...figures, overBudget: over } };
});
