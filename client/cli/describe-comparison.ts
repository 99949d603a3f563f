import type { Comparison } from '../../data/schemas/decision.js';

type SameRows = NonNullable<Comparison['sameRows']>;

/** What a candidate was compared with in its home: all that was tried there, and the champion on the same rows. */
export function comparisonLines({ trials, sameRows }: Pick<Comparison, 'trials' | 'sameRows'>): string[] {
  return [
    ...(trials === null ? [] : [sharpeLine(trials)]),
    ...(sameRows === undefined || sameRows === null ? [] : sameRowLines(sameRows)),
  ];
}

/** The student is the model that is used; records of earlier versions have its teachers alone. */
function sharpeLine({ home, activeSharpe, studentActiveSharpe }: NonNullable<Comparison['trials']>): string {
  const ofTeachers = `teachers ${shownOrUnknown(activeSharpe.deflated)}`;
  const figures =
    studentActiveSharpe === undefined
      ? ofTeachers
      : `student ${shownOrUnknown(studentActiveSharpe.deflated)}, ${ofTeachers}`;
  return `Sharpe    deflated for the ${home} configurations tried in this home: ${figures}`;
}

/** Candidate and champion on the rows that both predicted; above zero the candidate is better. */
function sameRowLines({ rows, dates, logLoss, dieboldMariano, neutralIc, reasons }: SameRows): string[] {
  const text = ({ difference, standardError }: typeof logLoss): string =>
    difference === null ? 'unknown' : `${shown(difference)} ± ${shown(standardError)}`;
  return [
    `Same rows ${rows} on ${dates} dates: log-loss lower by ${text(logLoss)} nats, neutral rank IC higher by ${text(neutralIc)} than the champion's (standard errors)`,
    ...(dieboldMariano === undefined || dieboldMariano === null ? [] : [accuracyLine(dieboldMariano)]),
    ...reasons.map((reason) => `          ${reason}`),
  ];
}

function accuracyLine({
  mean,
  statistic,
  pValue,
  twoSided,
}: NonNullable<SameRows['dieboldMariano']>): string {
  return statistic === null
    ? '          Diebold-Mariano test of the log-loss by date: too few dates, or no difference'
    : `          Diebold-Mariano test of the log-loss by date: ${shown(mean)} nats lower, statistic ${shown(statistic)}, p ${shown(pValue)} (two-sided ${shown(twoSided)})`;
}

/** Five digits; nothing where it is not known. */
export function shown(figure: number | null | undefined): string {
  return figure === null || figure === undefined ? '' : String(Number(figure.toPrecision(5)));
}

function shownOrUnknown(figure: number | null): string {
  return figure === null ? 'unknown' : shown(figure);
}
