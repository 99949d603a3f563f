import { doublesOf } from '../../../data/math/fill-columns.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import type { SectionExposures } from '../../stats/neutral.js';
import { rowLogLoss } from '../../stats/log-loss.js';
import { byName } from '../by-name.js';
import { distinct } from '../cohorts.js';
import type { IndexedMarket } from '../market-rows.js';
import { dayIcs } from '../ranking/ranking-day.js';
import { HEADLINE_HORIZON } from '../ranking/ranking-result.js';
import { rowsByDate } from './rows-by-date.js';

/** What one model says of each row. */
export interface PairedOutputs {
  readonly probability: readonly number[];
  readonly score: readonly number[];
}

/** Several models on the same rows. */
export interface PairedRows<Name extends string> {
  /** The rows; by their index also `outputs`. */
  readonly predictions: Pick<Predictions, 'symbol' | 'date' | 'label'>;
  /** Indices of those that count: at most one for a symbol and date. */
  readonly rows: readonly number[];
  readonly outputs: Readonly<Record<Name, PairedOutputs>>;
  /** Without it, nothing is neutral. */
  readonly market: IndexedMarket | undefined;
}

/** Figures by date of several models on the same rows. */
export interface PairedDays<Name extends string> {
  /** Ascending. */
  readonly dates: readonly string[];
  readonly rows: Float64Array;
  /** Sums over the rows of the date. */
  readonly logLoss: Readonly<Record<Name, Float64Array>>;
  /** Neutral rank IC at the headline horizon; NaN where there is none. */
  readonly neutral: Readonly<Record<Name, Float64Array>>;
}

/** Measures several models date by date. Pure, whatever the order of the rows. */
export function pairedDays<Name extends string>(
  names: readonly Name[],
  { predictions, rows, outputs, market }: PairedRows<Name>,
): PairedDays<Name> {
  const { symbol, date, label } = predictions;
  const dates = distinct(rows.map((row) => date[row] ?? ''));
  const byDate = rowsByDate(predictions, rows, dates);
  const days = { rows: new Float64Array(dates.length), logLoss: columns(names, dates.length, 0) };
  const neutral = columns(names, dates.length, NaN);
  for (const [day, own] of byDate.entries()) {
    days.rows[day] = own.length;
    for (const name of names) {
      const { probability } = outputs[name];
      let sum = 0;
      for (const row of own) sum += rowLogLoss(probability[row] ?? NaN, label[row] ?? NaN);
      days.logLoss[name][day] = sum;
    }
    if (market === undefined) continue;
    const found = own.map((row) => market.find(symbol[row] ?? '', date[row] ?? '') ?? -1);
    const returns = [doublesOf(found, (at) => market.outcomes.returns[HEADLINE]?.[at] ?? NaN)];
    const lines = names.map((name) => ({
      name,
      bars: 'market',
      score: doublesOf(own, (row) => outputs[name].score[row] ?? NaN),
      returns,
    }));
    for (const [at, ics] of dayIcs(lines, exposuresAt(market, found)).entries()) {
      const name = names[at];
      if (name !== undefined) neutral[name][day] = ics[0]?.neutral ?? NaN;
    }
  }
  return { dates, ...days, neutral };
}

const HEADLINE = OUTCOME_HORIZONS.indexOf(HEADLINE_HORIZON);

/** The same rows of several cohorts: sums by date, and where several cohorts have a date the mean of their rank ICs. */
export function joinDays<Name extends string>(
  names: readonly Name[],
  parts: readonly PairedDays<Name>[],
): PairedDays<Name> {
  const dates = distinct(parts.flatMap((part) => [...part.dates]));
  const place = new Map(dates.map((date, index) => [date, index]));
  const rows = new Float64Array(dates.length);
  const logLoss = columns(names, dates.length, 0);
  const neutral = columns(names, dates.length, 0);
  const known = columns(names, dates.length, 0);
  for (const part of parts)
    for (const [day, date] of part.dates.entries()) {
      const at = place.get(date) ?? -1;
      rows[at] = (rows[at] ?? 0) + (part.rows[day] ?? 0);
      for (const name of names) {
        logLoss[name][at] = (logLoss[name][at] ?? 0) + (part.logLoss[name][day] ?? 0);
        const ic = part.neutral[name][day] ?? NaN;
        if (Number.isNaN(ic)) continue;
        neutral[name][at] = (neutral[name][at] ?? 0) + ic;
        known[name][at] = (known[name][at] ?? 0) + 1;
      }
    }
  for (const name of names)
    for (let at = 0; at < dates.length; at += 1)
      neutral[name][at] = (neutral[name][at] ?? 0) / (known[name][at] ?? 0);
  return { dates, rows, logLoss, neutral };
}

function exposuresAt({ exposures }: IndexedMarket, at: readonly number[]): SectionExposures {
  const pick = (column: readonly number[]): Float64Array => doublesOf(at, (row) => column[row] ?? NaN);
  return {
    volatility: pick(exposures.volatility),
    beta: pick(exposures.beta),
    tradedValue: pick(exposures.tradedValue),
    sector: at.map((row) => exposures.sector[row] ?? null),
  };
}

function columns<Name extends string>(
  names: readonly Name[],
  length: number,
  value: number,
): Record<Name, Float64Array> {
  return byName(names, () => new Float64Array(length).fill(value));
}
