import { expect } from 'chai';

import type { HeadRows, HeadWindow } from '../../../../activities/model/teachers/adapt-head.js';
import { adaptHead } from '../../../../activities/model/teachers/adapt-head.js';
import { ADAPTATIONS, strengthOf } from '../../../../activities/model/teachers/adaptations.js';
import { adaptedCoefficients, windowSums } from '../../../../activities/model/teachers/window-sums.js';
import { shrunkShift } from '../../../../activities/model/linear/shrunk-shift.js';
import { sigmoid } from '../../../../activities/stats/logistic.js';
import { randomStream } from '../../../../data/random.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { scoreSumsOf } from '../linear/score-sums-of.js';

const PADDED = 160;
const OVERLAP = 5;

/** Rows whose outcome departs from the prior along the directions by the given coefficients. */
function rowsOf(
  key: string,
  count: number,
  kind: 'logistic' | 'squared',
  coefficients: readonly number[],
): HeadRows {
  const random = randomStream(['adapt-head', key]);
  const width = coefficients.length;
  const prior = Float64Array.from(
    { length: count },
    () => random.normal() * (kind === 'logistic' ? 0.5 : 0.02),
  );
  const directions = new Float32Array(count * width);
  const target = new Float32Array(count);
  for (let row = 0; row < count; row += 1) {
    let output = prior[row] ?? NaN;
    for (let at = 0; at < width; at += 1) {
      const value = at === 0 ? 1 : random.normal();
      directions[row * width + at] = value;
      output += value * (coefficients[at] ?? NaN);
    }
    target[row] =
      kind === 'logistic'
        ? Number(random.uniform() < sigmoid(output))
        : output + 0.2 * (random.uniform() - 0.5);
  }
  return { prior, directions, target, weight: new Float32Array(count).fill(1) };
}

function windowOf(
  key: string,
  kind: 'logistic' | 'squared',
  coefficients: readonly number[],
  rows = 120,
): HeadWindow {
  return {
    select: rowsOf(`${key} select`, rows, kind, coefficients),
    validation: rowsOf(`${key} validation`, 40, kind, coefficients),
    fit: rowsOf(`${key} fit`, rows + 30, kind, coefficients),
    forward: rowsOf(`${key} forward`, 100, kind, coefficients),
  };
}

describe('adaptation of a head', () => {
  before(async () => {
    await initBackend();
  });

  it('estimates a shift as one Newton step of a logistic intercept', () => {
    const rows = rowsOf('shift', 100, 'logistic', [0.7]);
    const probability = rows.prior.map(sigmoid);
    const [sums] = windowSums(
      [
        {
          directions: rows.directions,
          residual: rows.target.map((label, row) => label - (probability[row] ?? NaN)),
          information: Float32Array.from(probability, (p) => p * (1 - p)),
        },
      ],
      1,
      PADDED,
    );
    const expected = shrunkShift(scoreSumsOf(rows.target, rows.weight, rows.prior), 60);
    expect(sums).not.equal(undefined);
    if (sums === undefined) return;
    const [shift = NaN] = adaptedCoefficients(sums, { directions: 1, shrinkage: 60 });
    expect(shift).closeTo(expected, 1e-6);
    expect(shift).greaterThan(0.1);
  });

  it('solves for all directions, and leaves those beyond the adaptation at 0', () => {
    const sums = {
      gram: Float64Array.of(4, 1, 1, 3),
      right: Float64Array.of(1, 2),
    };
    // (4 + 1)a + b = 1 and a + (3 + 1)b = 2 have a = 2/19, b = 9/19.
    const both = adaptedCoefficients(sums, { directions: Infinity, shrinkage: 1 });
    expect(both[0]).closeTo(2 / 19, 1e-7);
    expect(both[1]).closeTo(9 / 19, 1e-7);
    const one = adaptedCoefficients(sums, { directions: 1, shrinkage: 1 });
    expect(Array.from(one)).deep.equal([Math.fround(1 / 5), 0]);
    const none = adaptedCoefficients(sums, { directions: 0, shrinkage: Infinity });
    expect(Array.from(none)).deep.equal([0, 0]);
  });

  for (const kind of ['logistic', 'squared'] as const) {
    it(`keeps the prior where nothing differs from it (${kind})`, () => {
      const windows = Array.from({ length: 60 }, (_, at) => windowOf(`none ${at}`, kind, [0, 0, 0]));
      const adapted = adaptHead(windows, kind, PADDED, OVERLAP);
      const kept = adapted.filter(({ adaptation }) => strengthOf(adaptation) === 0);
      expect(kept.length).greaterThan(45);
      kept.forEach(({ forward, coefficients }) => {
        expect(Array.from(coefficients)).deep.equal([0, 0, 0]);
        const place = adapted.findIndex((one) => one.forward === forward);
        expect(Array.from(forward)).deep.equal(Array.from(windows[place]?.forward.prior ?? []));
      });
    });

    it(`departs where the window clearly differs (${kind})`, () => {
      const planted = kind === 'logistic' ? [0.5, 3, 0] : [0.05, 0.3, 0];
      const [head] = adaptHead([windowOf('planted', kind, planted, 130)], kind, PADDED, OVERLAP);
      expect(head?.adaptation.directions).equal(ADAPTATIONS[kind].at(-1)?.directions);
      const [shift = NaN, slope = NaN, nothing = NaN] = head?.coefficients ?? [];
      expect(shift).greaterThan(0.25 * (planted[0] ?? NaN));
      expect(slope).greaterThan(0.3 * (planted[1] ?? NaN));
      expect(Math.abs(nothing)).lessThan(0.25 * (planted[1] ?? NaN));
    });
  }

  it('counts no row without a target', () => {
    const window = windowOf('unknown', 'squared', [0.2, 0.1]);
    const longer = windowOf('unknown', 'squared', [0.2, 0.1]);
    const cut = (rows: HeadRows): HeadRows => ({
      ...rows,
      target: rows.target.map((value, row) => (row % 3 === 0 ? NaN : value)),
    });
    const dropped = (rows: HeadRows): HeadRows => {
      const kept = Array.from(rows.prior.keys()).filter((row) => row % 3 !== 0);
      const width = rows.directions.length / rows.prior.length;
      return {
        prior: Float64Array.from(kept, (row) => rows.prior[row] ?? NaN),
        directions: Float32Array.from(
          kept.flatMap((row) => [...rows.directions.subarray(row * width, (row + 1) * width)]),
        ),
        target: Float32Array.from(kept, (row) => rows.target[row] ?? NaN),
        weight: Float32Array.from(kept, (row) => rows.weight[row] ?? NaN),
      };
    };
    const [a] = adaptHead(
      [{ ...window, select: cut(window.select), fit: cut(window.fit) }],
      'squared',
      PADDED,
      1,
    );
    const [b] = adaptHead(
      [{ ...longer, select: dropped(longer.select), fit: dropped(longer.fit) }],
      'squared',
      PADDED,
      1,
    );
    expect(a?.adaptation).deep.equal(b?.adaptation);
    a?.coefficients.forEach((value, at) => expect(value).closeTo(b?.coefficients[at] ?? NaN, 1e-5));
  });

  it('gives a window the same bits whatever windows it is trained with', () => {
    const windows = Array.from({ length: 37 }, (_, at) => windowOf(`bits ${at}`, 'logistic', [at / 20, 0.4]));
    const together = adaptHead(windows, 'logistic', PADDED, OVERLAP);
    windows.forEach((window, at) => {
      const [alone] = adaptHead([window], 'logistic', PADDED, OVERLAP);
      expect(alone).deep.equal(together[at]);
    });
  });
});
