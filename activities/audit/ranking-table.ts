import type { RankIcFigure, RankingRow } from '../../data/schemas/ranking-figures.js';
import { fixed, range, shortPercent } from '../texts/format-numbers.js';
import type { BundleFacts } from './bundle-facts.js';

/** Names of the models in texts; factors keep theirs. */
const NAMES: Readonly<Record<string, string>> = {
  teacher: 'teachers',
  student: 'students',
  placebo: 'placebo',
  studentPlacebo: 'students’ placebo',
  permuted: 'permuted targets',
};

/** Head and rows of the table of ranking figures: a line per score, models first, then simple factors. */
export function rankingTable({ metrics }: BundleFacts): { head: string[]; rows: string[][] } {
  const { rows, headline } = metrics.ranking;
  const horizons = rows[0]?.horizons.map(({ horizon }) => horizon) ?? [];
  const ic = (figure: RankIcFigure, horizon: number): string =>
    horizon === headline && figure.mean !== null
      ? `${fixed(figure.mean, 4)} ${range(figure, 4)}`.trim()
      : fixed(figure.mean, 4);
  const bars = (horizon: number): string => `${horizon} ${horizon === 1 ? 'bar' : 'bars'}`;
  return {
    head: [
      'score',
      ...horizons.map((horizon) => `neutral, ${bars(horizon)}`),
      ...horizons.map((horizon) => `raw, ${bars(horizon)}`),
      `least detectable, ${bars(headline)}`,
      'rank correlation with volatility / beta / traded value',
      'between sectors (by chance)',
      'turnover of the top a bar',
    ],
    rows: rows.map((row) => [
      NAMES[row.name] ?? row.name,
      ...row.horizons.map(({ neutral, horizon }) => ic(neutral, horizon)),
      ...row.horizons.map(({ raw, horizon }) => ic(raw, horizon)),
      fixed(row.horizons.find(({ horizon }) => horizon === headline)?.neutral.detectable ?? null, 4),
      [row.exposure.volatility, row.exposure.beta, row.exposure.tradedValue]
        .map(({ mean }) => fixed(mean, 2))
        .join(' / '),
      `${share(row.exposure.sector.mean)} (${share(row.exposure.sectorByChance)})`,
      share(row.persistence[0]?.turnover.mean ?? null),
    ]),
  };
}

/** Headline rank ICs by tile, year or sector: a line per part. */
export function partsTable(
  { metrics }: BundleFacts,
  parts: 'byTile' | 'byYear' | 'bySector',
): { head: string[]; rows: string[][] } {
  const { rows, headline } = metrics.ranking;
  const shown = rows.filter(({ name }) => name === 'teacher' || name === 'factorSum');
  const names = [...new Set(shown.flatMap((row) => row[parts].map(({ part }) => part)))].sort();
  const cells = (row: RankingRow, part: string): string[] => {
    const own = row[parts]
      .find((one) => one.part === part)
      ?.horizons.find(({ horizon }) => horizon === headline);
    return [fixed(own?.neutral.mean ?? null, 4), fixed(own?.raw.mean ?? null, 4)];
  };
  return {
    head: [
      { byTile: 'tile', byYear: 'year', bySector: 'sector' }[parts],
      ...shown.flatMap(({ name }) => [`${NAMES[name] ?? name}, neutral`, `${NAMES[name] ?? name}, raw`]),
    ],
    rows: names.map((part) => [part, ...shown.flatMap((row) => cells(row, part))]),
  };
}

/** What the ranking figures are of, and why there are none. */
export function describeRanking({ metrics }: BundleFacts): string {
  const { headline, rows } = metrics.ranking;
  const teacher = rows[0]?.horizons.find(({ horizon }) => horizon === headline);
  const missing = [
    ...(teacher?.raw.reason ? [`Raw figures are n/a: ${teacher.raw.reason}.`] : []),
    ...(teacher?.neutral.reason ? [`Neutral figures are n/a: ${teacher.neutral.reason}.`] : []),
  ];
  return [
    `Daily rank ICs by bars from entry on forward rows: neutral ones are free of sector, beta, volatility and traded value. Simple factors need no training. Intervals are at ${headline} bars; a true IC below the least detectable one cannot be told from none.`,
    ...missing,
  ].join(' ');
}

/** What the strategy does, for a person. */
export function describeStrategy({ metrics }: BundleFacts): string {
  const { holding, topShare, breakEvenBps, chargedBps, capacity, longShort, execution } =
    metrics.forward.teacher.strategy;
  const bars = [...new Set(holding.map((one) => one.bars))].sort((a, b) => a - b).join(' or ');
  const crore = (rupees: number | null): string => fixed(rupees === null ? null : rupees / CRORE, 1);
  return `The strategy holds the top ${shortPercent(topShare)} by score for ${bars === '' ? 'no' : bars} bars (${execution === 'label' ? 'returns of the labels' : 'from entry to entry'}), long only. It breaks even at ${fixed(breakEvenBps, 1)} basis points a side and was charged ${fixed(chargedBps, 1)}. Its orders stay within their share of a day's traded value up to ${crore(capacity.median)} crore rupees on the median date. Long–short, for research only since shares cannot be sold short over night on the NSE: ${percentOf(longShort.netPerYear)} a year after costs, ${percentOf(longShort.grossPerYear)} before.`;
}

const CRORE = 10_000_000;

function share(value: number | null): string {
  return value === null ? fixed(null, 0) : shortPercent(Math.round(100 * value) / 100);
}

function percentOf(value: number | null): string {
  return value === null ? fixed(null, 1) : `${fixed(100 * value, 1)} %`;
}
