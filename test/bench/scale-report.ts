import {
  EVENT_BUDGETS,
  EVENTS_PER_WINDOW,
  MOST_PAYLOAD_BYTES,
  mostEvents,
} from '../workflows/event-budgets.js';
import type { BudgetedWorkflow } from '../workflows/event-budgets.js';
import { ingestBatches } from '../../data/schemas/ingest.js';
import type { ScaleFigures } from './scale-run.js';
import { decimals } from './table.js';

const MEBIBYTE = 1024 * 1024;
/** With fewer windows the fixed costs of a run dominate. */
const MANY_WINDOWS = 100_000;

/** Units that the longest execution of a type has: cohorts, shards of a cohort, batches of symbols. */
export function unitsOf(
  workflow: BudgetedWorkflow,
  figures: Pick<ScaleFigures, 'windows' | 'shards' | 'symbols'>,
): number {
  switch (workflow) {
    case 'trainUniverse':
      return figures.windows;
    case 'trainCohort':
      return figures.shards / figures.windows;
    case 'ingestUniverse':
      return ingestBatches(figures.symbols);
  }
}

/** Exceeded budgets; empty when all are met. */
export function overBudget(figures: ScaleFigures): string[] {
  const over = figures.types
    .map(({ workflow, longest }) => ({
      workflow,
      longest,
      most: mostEvents(workflow, unitsOf(workflow, figures)),
    }))
    .filter(({ longest, most }) => longest > most)
    .map(({ workflow, longest, most }) => `${workflow}: ${longest} events, above its budget of ${most}`);
  const windows = figures.symbols * figures.windows;
  const perWindow = figures.events / windows;
  if (perWindow > EVENTS_PER_WINDOW && windows >= MANY_WINDOWS)
    over.push(`${decimals(perWindow, 3)} events a window, above ${EVENTS_PER_WINDOW}`);
  const { bytes, where } = figures.largestPayload;
  if (bytes > MOST_PAYLOAD_BYTES)
    over.push(`a payload of ${bytes} bytes (${where}), above ${MOST_PAYLOAD_BYTES}`);
  return over;
}

/** The figures as a Markdown table, as it stands in the README. */
export function scaleTable(figures: ScaleFigures): string[] {
  const { symbols, windows, shards, minutes, events, types, largestPayload } = figures;
  const planned = symbols * windows;
  const rows: (readonly [string, string])[] = [
    ['windows', `${whole(planned)} (${whole(symbols)} symbols × ${windows}), ${whole(shards)} shards`],
    [
      'from start to result',
      `${decimals(minutes, 1)} min, ${whole(Math.round(planned / minutes))} windows a minute`,
    ],
    [
      'events of all histories',
      `${whole(events)}, ${decimals(events / planned, 3)} a window (at most ${EVENTS_PER_WINDOW})`,
    ],
    ...types.map(({ workflow, executions, longest }): readonly [string, string] => {
      const units = unitsOf(workflow, figures);
      return [
        `longest history of \`${workflow}\``,
        `${whole(longest)} events for ${units} × ${EVENT_BUDGETS[workflow].unit} (at most ${whole(mostEvents(workflow, units))}; ${executions} executions)`,
      ];
    }),
    [
      'largest payload',
      `${whole(largestPayload.bytes)} bytes (at most ${whole(MOST_PAYLOAD_BYTES)}): ${largestPayload.where}`,
    ],
    ['server’s database', mebibytes(figures.databaseBytes)],
    ['server’s memory, at most', mebibytes(figures.serverBytes)],
    ['workers’ and client’s memory, at most', mebibytes(figures.workerBytes)],
  ];
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const line = ([name, value]: readonly [string, string]): string =>
    `| ${name.padEnd(width(0))} | ${value.padEnd(width(1))} |`;
  return [line(['', '']), `| ${'-'.repeat(width(0))} | ${'-'.repeat(width(1))} |`, ...rows.map(line)];
}

function whole(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

function mebibytes(bytes: number): string {
  return `${whole(Math.round(bytes / MEBIBYTE))} MiB`;
}
