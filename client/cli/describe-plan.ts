import type { Plan, PlanItem } from '../../data/schemas/plan.js';
import type { FailedWindow } from '../../data/telemetry/failed-windows.js';
import { failureLines } from '../../data/telemetry/failure-groups.js';
import { formatReasons, plural, renderTable } from './format.js';

/** Symbols named for one reason before the rest is only counted. */
const NAMED = 6;

/**
 * A plan for a person: a table by cohort, then what was refused and how to fix it, then why the others are
 * skipped.
 *
 * @param refused Its failed windows.
 */
export function describePlan(plan: Plan, refused: readonly FailedWindow[]): string[] {
  const cohortOf = ({ start, end }: PlanItem): string => `${start}_to_${end}`;
  const ids = [...new Set(plan.items.map(cohortOf))].sort();
  const shards = new Map(plan.cohorts.map((cohort) => [cohort.id, cohort.shards.length]));
  const rows = ids.map((id) => {
    const items = plan.items.filter((item) => cohortOf(item) === id);
    const count = (status: PlanItem['status']): number =>
      items.filter((item) => item.status === status).length;
    return [id, items.length, count('trainable'), count('skipped'), count('failed'), shards.get(id) ?? 0];
  });
  const totals = [
    `${plural(plan.windows, 'window')}: ${plan.trainable} trainable`,
    `skipped: ${formatReasons(plan.skipped) || 'none'}`,
    `failed: ${formatReasons(plan.failed) || 'none'}`,
    `${plural(plan.cohorts.length, 'cohort')}, ${plural(plan.shards, 'shard')}`,
  ];
  return [
    ...renderTable(['cohort', 'windows', 'trainable', 'skipped', 'failed', 'shards'], rows),
    '',
    ...totals,
    ...(refused.length === 0
      ? []
      : ['', 'What failed:', ...failureLines(refused, 'see --json').map((line) => `  ${line}`)]),
    ...skippedLines(plan),
  ];
}

function skippedLines({ items }: Plan): string[] {
  const groups = new Map<string, PlanItem[]>();
  for (const item of items) {
    if (item.status !== 'skipped') continue;
    const key = item.reason ?? item.status;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups].flatMap(([reason, group]) => {
    // Of several windows of a symbol the first: the last one is often a short rest.
    const symbols = new Map<string, string | null>();
    for (const { symbol, detail } of group) if (!symbols.has(symbol)) symbols.set(symbol, detail);
    const lines = [...symbols].slice(0, NAMED).map(([symbol, detail]) => `  ${symbol}: ${detail ?? ''}`);
    const more = symbols.size - lines.length;
    return [
      '',
      `${reason} (${plural(group.length, 'window')}, ${plural(symbols.size, 'symbol')})`,
      ...lines,
      ...(more > 0 ? [`  and ${plural(more, 'symbol')} more`] : []),
    ];
  });
}
