import { scaleArguments } from './arguments.js';
import { benchmark, print } from './program.js';
import { calculateRun } from './scale-costs/calculated-run.js';
import { costTables } from './scale-costs/cost-table.js';
import { readUnitCosts } from './scale-costs/read-costs.js';
import { overBudget, scaleTable } from './scale-report.js';
import { runAtScale } from './scale-run.js';

/*
 * Runs a universe of any size through the real workflows on a real server, with activities that return at once, to
 * measure the cost of the orchestration alone; with `--unit-costs`, what a real run of that size would cost on some
 * machines is calculated from it and from what `bench:run` measured. Exit status 1 when a budget is exceeded.
 */

await benchmark(async (home) => {
  const { json, symbols, windows, unitCosts } = scaleArguments(process.argv.slice(2));
  const costs = unitCosts === undefined ? undefined : await readUnitCosts(unitCosts);
  print(`${symbols} symbols × ${windows} windows, simulated training …`);
  const figures = await runAtScale(home, { symbols, windows });
  for (const line of scaleTable(figures)) print(line);
  if (costs !== undefined) {
    const orchestration = { ...figures, seconds: 60 * figures.minutes };
    const size = { windows: symbols * windows, cohorts: windows };
    for (const line of ['', ...costTables(costs, calculateRun(costs, size, orchestration))]) print(line);
  }
  const over = overBudget(figures);
  for (const line of over) print(`above budget: ${line}`);
  if (over.length > 0) process.exitCode = 1;
  return { json, figures: { ...figures, overBudget: over } };
});
