import type {
  DailyFigure,
  ModelOutcomes,
  OutcomeDay,
  ScoreOutcomes,
} from '../../data/schemas/score-outcomes.js';
import { signedPercent } from '../../data/text/signed-percent.js';
import { plural, renderTable } from './format.js';

/** Days that are shown; the file has all of them. */
const SHOWN = 10;

/** What came of earlier scores, for a person. @param file Where all of it is, for a champion. */
export function describeOutcomes({ models, champion }: ScoreOutcomes, file: string): string[] {
  return [
    ...models.flatMap((model) => [...describeModel(model), '']),
    `all days   ${champion === null ? '--json' : file}`,
  ];
}

function describeModel(model: ModelOutcomes): string[] {
  const { role, run, sessions, waiting, rows, logLoss, baselineLogLoss, ece, psi, covered, days } = model;
  const own = days.filter(({ inRun }) => inRun).length;
  return [
    `${role}, run ${run}: ${plural(sessions, 'session')} with a known outcome (${plural(rows, 'row')}), ${waiting} waiting${own === 0 ? '' : `, ${own} of the run's own bars not counted`}`,
    `log-loss       ${text(logLoss, 4)}, of the base rates ${text(baselineLogLoss, 4)}`,
    `calibration    expected error ${text(ece, 4)}; ${covered === null ? 'no intervals' : `${(100 * covered).toFixed(0)} % of the returns inside their 80 % intervals`}`,
    `rank IC        ${withRange(model.rankIc, 3)}, neutral ${withRange(model.neutralIc, 3)}`,
    `top tenth      ${model.topReturn.mean === null ? 'n/a' : `${signedPercent(model.topReturn.mean, 2)} a holding of 5 bars`}`,
    `input drift    ${psi === null ? 'too few sessions' : `stability index ${psi.max.toFixed(2)} of ${psi.feature} over ${plural(psi.sessions, 'session')}`}`,
    ...(days.length === 0
      ? []
      : [
          '',
          ...renderTable(
            ['date', 'rows', 'log-loss', 'base', 'rank IC', 'neutral', 'top tenth', 'all'],
            days.slice(-SHOWN).map(cells),
          ),
        ]),
  ];
}

function cells(day: OutcomeDay): (string | number)[] {
  return [
    day.date,
    day.known,
    text(day.logLoss, 4),
    text(day.baselineLogLoss, 4),
    text(day.rankIc, 3),
    text(day.neutralIc, 3),
    percent(day.topReturn),
    percent(day.marketReturn),
  ];
}

function text(value: number | null, digits: number): string {
  return value?.toFixed(digits) ?? 'n/a';
}

function percent(value: number | null): string {
  return value === null ? 'n/a' : signedPercent(value, 2);
}

function withRange({ mean, low, high }: DailyFigure, digits: number): string {
  const range = low === null || high === null ? '' : ` [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
  return `${text(mean, digits)}${range}`;
}
