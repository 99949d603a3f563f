import { lowerBound, sliceBars } from '../../data/bars/series.js';
import type { BarSeries } from '../../data/bars/series.js';
import { describeLabel } from '../../data/schemas/label-rule.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { startOfDate } from '../../data/time/dates.js';
import { labelBars } from '../market/labels/labels.js';

/** With fewer labels of one kind than this share, teachers have next to nothing to tell apart. */
const RARE = 0.01;
/** What a threshold is proposed for: about as many ones as 2 % in five daily bars gives. */
const USUAL_SHARE = 0.3;
/** Series looked at: a share that matters shows in a few. */
const MOST_SERIES = 12;

/** The series of a list, at equal steps, that {@link labelNotice} should be given. */
export function labelSample<Item>(items: readonly Item[]): Item[] {
  const step = Math.max(1, items.length / MOST_SERIES);
  return Array.from(
    { length: Math.min(items.length, MOST_SERIES) },
    (_, index) => items[Math.floor(index * step)],
  ).filter((item) => item !== undefined);
}

/**
 * What a user should know about labels that are nearly always 0, or nearly always 1: usually a threshold that
 * fits daily bars, used for 5-minute ones.
 *
 * @param sample Adjusted series, of {@link labelSample}.
 * @returns Undefined where there is nothing to say.
 */
export function labelNotice(
  sample: readonly BarSeries[],
  config: Pick<RunConfig, 'from' | 'to' | 'interval' | 'label' | 'horizon' | 'threshold' | 'lowerBarrier'>,
): string | undefined {
  const returns: number[] = [];
  let ones = 0;
  for (const series of sample) {
    const { time } = series;
    const bars = sliceBars(
      series,
      lowerBound(time, startOfDate(config.from)),
      lowerBound(time, startOfDate(config.to)),
    );
    const { label, forwardReturn } = labelBars(bars, config);
    forwardReturn.forEach((change, bar) => {
      if (Number.isNaN(change)) return;
      returns.push(change);
      ones += label[bar] ?? 0;
    });
  }
  const share = ones / returns.length;
  if (returns.length === 0 || (share >= RARE && share <= 1 - RARE)) return undefined;
  const usual = returns.sort((a, b) => a - b)[Math.floor((1 - USUAL_SHARE) * returns.length)] ?? 0;
  const proposal =
    config.label === 'horizon' && usual > 0
      ? `: about a third are with --threshold ${Number(usual.toPrecision(1))}`
      : '';
  const percent = Number((100 * share).toPrecision(2));
  return `labels: after ${percent} % of the ${config.interval} bars ${describeLabel(config)}, so teachers have next to nothing to tell apart; choose a --threshold that fits interval and horizon${proposal}`;
}
