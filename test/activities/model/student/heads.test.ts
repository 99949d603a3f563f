import { expect } from 'chai';

import { solveProportional } from '../../../../activities/model/linear/proportional-ridge.js';
import type { Design } from '../../../../activities/model/rows/design.js';
import { ProbabilityHead, hardProbability } from '../../../../activities/model/student/probability-head.js';
import { ScoreHead, hardScore } from '../../../../activities/model/student/score-head.js';
import type { StudentRows } from '../../../../activities/model/student/student-rows.js';
import { sigmoid } from '../../../../activities/stats/logistic.js';
import { randomStream } from '../../../../data/random.js';
import { initBackend } from '../../../../workers/tensor/backend.js';

const ROWS = 4000;
const TRUE = [0.8, -0.5, 0.3];

/** Rows whose teachers' logit and score are linear in two columns, and whose labels follow the logit. */
function madeRows(noise = 0): { readonly rows: StudentRows; readonly design: Design } {
  const random = randomStream(['student heads']);
  const values = new Float32Array(ROWS * 3).fill(1);
  const logit = new Float32Array(ROWS);
  const label = new Float32Array(ROWS);
  for (let row = 0; row < ROWS; row += 1) {
    let z = TRUE[2] ?? NaN;
    for (const column of [0, 1]) {
      values[row * 3 + column] = random.normal();
      z += (TRUE[column] ?? NaN) * (values[row * 3 + column] ?? NaN);
    }
    logit[row] = z + noise * random.normal();
    label[row] = random.uniform() < sigmoid(z) ? 1 : 0;
  }
  const ones = new Float32Array(ROWS).fill(1);
  const half = ROWS / 2;
  const fold = { start: half, end: ROWS, training: 1, from: half, until: ROWS };
  return {
    design: { values, count: ROWS, width: 3 },
    rows: {
      symbol: Int32Array.from({ length: ROWS }, (_, row) => row % 20),
      row: Int32Array.from({ length: ROWS }, (_, row) => Math.floor(row / 20)),
      time: Int32Array.from({ length: ROWS }, (_, row) => 1440 * Math.floor(row / 20)),
      logit,
      score: logit.map((z) => z / 100),
      logitWeight: ones,
      scoreWeight: ones,
      label,
      target: label.map((own) => (own - 0.5) / 50),
      reward: new Float32Array(ROWS),
      segments: [
        { from: 0, until: half, tested: 0, resolved: 0 },
        { from: half, until: ROWS, tested: 1, resolved: 1 },
      ],
      blocks: 3,
      folds: [fold],
    },
  };
}

describe('the heads of a student', () => {
  before(() => initBackend());

  for (const temperature of [1, 4])
    for (const soft of [1, 0.5])
      it(`find the teachers' weights at temperature ${temperature} with a soft share of ${soft}`, () => {
        const { rows, design } = madeRows();
        const head = new ProbabilityHead(rows, design);
        const found = head.weights({ temperature, soft, ridge: 1e-6 }, 2);
        // Labels add their sampling error to the hard part.
        found.forEach((weight, at) =>
          expect(weight).to.be.closeTo(TRUE[at] ?? NaN, soft === 1 ? 1e-3 : 0.12),
        );
      });

  it('use the rows of the first blocks alone', () => {
    const { rows, design } = madeRows();
    const other = { ...rows, logit: rows.logit.map((z, row) => (row < ROWS / 2 ? z : -z)) };
    const candidate = { temperature: 1, soft: 1, ridge: 1e-6 };
    const one = new ProbabilityHead(rows, design).weights(candidate, 1);
    const two = new ProbabilityHead(other, design).weights(candidate, 1);
    expect([...two]).to.deep.equal([...one]);
    expect([...new ProbabilityHead(other, design).weights(candidate, 2)]).to.not.deep.equal([...one]);
  });

  it('learn from labels alone what a logistic regression learns', () => {
    const { rows, design } = madeRows();
    const found = hardProbability(rows, design, 2);
    // Half of a weight's information is the penalty's: see HARD_PROBABILITY_RIDGE.
    expect(found[0]).to.be.within(0.3, 0.7);
    expect(found[1]).to.be.within(-0.4, -0.15);
    const silent = { ...rows, logit: rows.logit.map(() => 0) };
    expect([...hardProbability(silent, design, 2)]).to.deep.equal([...found]);
  });

  it('choose by the folds, and keep the default where nothing is clearly better', () => {
    const { rows, design } = madeRows(0.5);
    const { choice, figures } = new ProbabilityHead(rows, design).choose('student: probability');
    expect(choice).to.include({ reason: 'validated', rows: ROWS / 2 });
    expect(choice.grid).to.have.length(8);
    expect(figures.dates).to.have.length(ROWS / 40);
    for (const { figure } of choice.grid) expect(figure).to.be.within(-0.75, -0.4);
  });

  it('learn a score from the teachers’ score, or from what came', () => {
    const { rows, design } = madeRows();
    const head = new ScoreHead(rows, design);
    const soft = head.weights({ soft: 1, ridge: 1e-6 }, 2);
    TRUE.forEach((weight, at) => expect(soft[at]).to.be.closeTo(weight / 100, 1e-5));
    const hard = hardScore(rows, design, 2);
    expect(hard[0]).to.be.above(0);
    expect(hard[1]).to.be.below(0);
    const { choice } = head.choose('student: score');
    expect(choice.grid.every(({ figure }) => (figure ?? 0) > 0.1)).to.equal(true);
  });

  it('are zero where no score is known', () => {
    const { rows, design } = madeRows();
    const none = { ...rows, score: rows.score.map(() => NaN), target: rows.target.map(() => NaN) };
    expect([...new ScoreHead(none, design).weights({ soft: 1, ridge: 0.1 }, 2)]).to.deep.equal([0, 0, 0]);
    expect([...hardScore(none, design, 2)]).to.deep.equal([0, 0, 0]);
  });
});

describe('a ridge in proportion to the columns', () => {
  it('halves a lone weight at a share of 1, whatever the column’s unit, and leaves out columns of zeros', () => {
    for (const scale of [0.01, 1, 1000]) {
      const gram = Float64Array.of(4 * scale * scale, 0, 0, 0, 0, 0, 0, 0, 8);
      const [found] = solveProportional({ gram, rights: [Float64Array.of(4 * scale, 0, 16)] }, 1);
      expect((found?.[0] ?? NaN) * scale).to.be.closeTo(0.5, 1e-9);
      expect(found?.[1]).to.equal(0);
      expect(found?.[2]).to.be.closeTo(2, 1e-12);
    }
  });
});
