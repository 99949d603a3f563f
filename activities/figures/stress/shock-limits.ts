import type { StressFigures, StressShock, StressVerdict } from '../../../data/schemas/stress.js';

/** What a limit judges. */
export interface MeasuredShock extends Pick<
  StressShock,
  'rows' | 'unlabelled' | 'withoutFeed' | 'predictedWithoutFeed' | 'changeOfOthers' | 'figures'
> {
  readonly unshocked: StressFigures;
}

/** A limit, with its judgement of the figures of a shock. */
export interface ShockLimit {
  /** For a person; null where nothing is limited. */
  readonly text: string | null;
  judge(measured: MeasuredShock): { readonly verdict: StressVerdict; readonly because: string };
}

/** With fewer rows the bins of the calibration have a few rows each. */
const MIN_ROWS = 200;

/** The expected calibration error may rise by so much. */
export function calibrated(most: number): ShockLimit {
  return {
    text: `calibration error at most ${most} above that without the shock`,
    judge: ({ figures, unshocked, rows, unlabelled }) => {
      const [ece, before] = [figures.ece, unshocked.ece];
      if (ece === null || before === null || rows - unlabelled < MIN_ROWS)
        return {
          verdict: 'not enough data',
          because: `${rows - unlabelled} rows with a label, fewer than ${MIN_ROWS}`,
        };
      return {
        verdict: ece - before <= most ? 'pass' : 'fail',
        because: `calibration error ${ece.toFixed(4)}, ${before.toFixed(4)} without the shock`,
      };
    },
  };
}

/** No row without bars may be predicted. */
export function silentWithoutFeed(): ShockLimit {
  return {
    text: 'no prediction where there are no bars',
    judge: ({ withoutFeed, predictedWithoutFeed }) =>
      withoutFeed === 0
        ? { verdict: 'not enough data', because: 'no row lost its bars' }
        : {
            verdict: predictedWithoutFeed === 0 ? 'pass' : 'fail',
            because: `${predictedWithoutFeed} of ${withoutFeed} rows without bars were predicted`,
          },
  };
}

/** The probabilities of symbols that the shock leaves as they are may move by so much on average. */
export function steadyForOthers(most: number): ShockLimit {
  return {
    text: `probabilities of the other symbols move by at most ${most} on average`,
    judge: ({ changeOfOthers }) =>
      changeOfOthers === null
        ? { verdict: 'not enough data', because: 'no row of another symbol' }
        : {
            verdict: changeOfOthers <= most ? 'pass' : 'fail',
            because: `probabilities of the other symbols moved by ${changeOfOthers.toFixed(4)} on average`,
          },
  };
}

/** Nothing is limited. */
export function reportedOnly(): ShockLimit {
  return {
    text: null,
    judge: ({ figures: { activePerYear } }) =>
      activePerYear === null
        ? { verdict: 'not enough data', because: 'no date has enough symbols to trade' }
        : {
            verdict: 'reported',
            because: `${(100 * activePerYear).toFixed(2)} % a year above equal weight after these costs`,
          },
  };
}
