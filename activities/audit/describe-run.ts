import type { Coverage } from '../../data/schemas/coverage.js';
import { markdownText } from '../../data/text/safe-text.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import { describeEntry, describeLabel, entryChoice } from '../../data/schemas/label-rule.js';
import { shortPercent, tallies, thousands } from '../texts/format-numbers.js';
import { memberSessionsText, missingMembersText } from '../texts/member-sessions.js';
import type { BundleFacts } from './bundle-facts.js';

/** What was trained, in a paragraph. @param quoted Escapes what the user named for the kind of file. */
export function describeRun(
  { config, plan }: BundleFacts,
  quoted: (text: string) => string = (text) => text,
): string {
  const symbols = new Set(plan.items.map((item) => item.symbol)).size;
  return `One teacher per symbol and window: ${symbols} symbols of universe ${quoted(config.universe)}, windows of ${config.windowDays} days from ${config.from} to ${config.to}, ${config.interval} bars. A label is 1 where ${describeLabel(config)}. ${describeTrades(config)} Each teacher starts from its cohort's prior: one model for the whole universe, fitted on labels that are resolved before the window ends. Each cohort's student is distilled from the probabilities of its teachers. Seed ${config.seed}.`;
}

/** Where trades begin and end, in a sentence. */
export function describeTrades(rule: LabelRule): string {
  const { horizon } = rule;
  const held = horizon === 1 ? 'for one bar' : `for ${horizon} bars`;
  return entryChoice(rule) === 'close'
    ? 'All returns start at the close that the prediction itself needs, at which nobody can trade any more.'
    : `All returns start at ${describeEntry(rule)} after the bar that the prediction needs; what is bought there is held ${held} and sold at the close of the last.`;
}

/** Counts of the windows, in a sentence. */
export function describeWindows({ windows }: BundleFacts): string {
  const { planned, succeeded, skipped, skippedBy, failed, failedBy } = windows;
  return `Windows: ${planned} planned, ${succeeded} succeeded, ${skipped} skipped (${tallies(skippedBy)}), ${failed} failed (${tallies(failedBy)}).`;
}

/** Where the bars come from, in a paragraph. */
export function describeBars({ ingest }: BundleFacts): string {
  const used = ingest.series.filter((record) => record.bars > 0);
  const first = used.map((record) => record.first ?? '').sort()[0];
  const last = used
    .map((record) => record.last ?? '')
    .sort()
    .at(-1);
  const findings = used.reduce(
    (sum, record) => sum + Object.values(record.findings).reduce((inner, n) => inner + n, 0),
    0,
  );
  return `Source ${ingest.source}, ${ingest.interval} bars of ${used.length} symbols, ${first ?? 'none'} to ${last ?? 'none'}; digest of all series \`${ingest.digest}\`. The ingest has ${thousands(findings)} findings: configs/ingest.json lists them by symbol and code.`;
}

/** Whose bars they are, and what is missing of them: a line of a list. */
export function describeMembership({
  config,
  coverage,
}: {
  readonly config: Pick<BundleFacts['config'], 'membership'>;
  readonly coverage: Pick<Coverage, 'members'> | undefined;
}): string {
  if (config.membership !== 'point-in-time')
    return '- The universe is the one known today: symbols that were delisted or removed from the index may be missing (survivorship bias).';
  const members = coverage?.members;
  const start = '- The universe is point-in-time: at each date, those that were members then.';
  if (members === undefined) return start;
  const missing = missingMembersText(members);
  const lacking =
    missing === ''
      ? ''
      : ` Members without all of their bars (${members.missing.length}), which leaves some survivorship bias: ${markdownText(missing)}.`;
  return `${start} ${memberSessionsText(members)}.${lacking}`;
}

/** What the forward figures are computed from, in a paragraph. */
export function describeForward({ metrics }: BundleFacts): string {
  const { replicates, block, confidence } = metrics.method;
  const { teacher } = metrics.forward;
  return `Forward rows are on bars after each window, which training never uses: ${thousands(teacher.rows)} rows, ${teacher.symbols} symbols, ${teacher.dates} dates from ${teacher.first ?? 'none'} to ${teacher.last ?? 'none'}. Brackets hold the ${shortPercent(confidence)} interval of a block bootstrap by date (${replicates} replicates, blocks of ${block} dates). The placebo is the same code on bars that are resampled at random from each symbol's own earlier bars: there is nothing to learn from them, so it must have no skill.`;
}
