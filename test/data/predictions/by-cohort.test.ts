import { expect } from 'chai';

import { openPredictions } from '../../../data/predictions/by-cohort.js';
import {
  PredictionsWriter,
  concatPredictions,
  decodePredictions,
  encodePredictions,
  takeRows,
} from '../../../data/predictions/parquet.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../data/predictions/prediction.js';
import { fixturePredictions } from '../../activities/figures/predictions-fixture.js';

describe('predictions, a cohort at a time', () => {
  const one = fixturePredictions({ seed: 1, dates: 20, symbols: 5, signal: 0.3 });
  const other: Predictions = {
    ...fixturePredictions({ seed: 2, dates: 15, symbols: 4, signal: 0.3, start: '2023-01-02' }),
    window: fixturePredictions({ seed: 2, dates: 15, symbols: 4, signal: 0.3 }).window.map((label) =>
      label.replace('2022-01-01_to_2022-06-30', '2022-06-30_to_2022-12-27'),
    ),
  };
  const all = concatPredictions([one, other]);

  it('are those of the whole file', async () => {
    const opened = await openPredictions(encodePredictions(all), 'teacher');
    expect(opened.cohorts).to.deep.equal(['2022-01-01_to_2022-06-30', '2022-06-30_to_2022-12-27']);
    expect(opened.rows).to.equal(all.symbol.length);
    const parts = [];
    for (const cohort of opened.cohorts) parts.push(...(await opened.read(cohort)));
    expect(parts).to.have.length(2);
    expect(concatPredictions(parts)).to.deep.equal(await decodePredictions(encodePredictions(all)));
  });

  it('are found wherever they stand in the file', async () => {
    // Every second row of each cohort is in another stretch.
    const rows = [...all.symbol.keys()];
    const mixed = takeRows(all, [
      ...rows.filter((row) => row % 2 === 0),
      ...rows.filter((row) => row % 2 === 1),
    ]);
    const opened = await openPredictions(encodePredictions(mixed), 'teacher');
    for (const [cohort, own] of [
      ['2022-01-01_to_2022-06-30', one],
      ['2022-06-30_to_2022-12-27', other],
    ] as const) {
      const parts = await opened.read(cohort);
      expect(parts).to.have.length(2);
      expect(concatPredictions(parts)).to.deep.equal(concatPredictions([own]));
    }
  });

  it('are none of a cohort that is not there, and of an empty file', async () => {
    const opened = await openPredictions(encodePredictions(emptyPredictions()), 'student');
    expect(opened).to.deep.include({ rows: 0, cohorts: [] });
    expect(await opened.read('2022-01-01_to_2022-06-30')).to.deep.equal([]);
  });

  it('are written one after the other as they are at once, to the byte', () => {
    const writer = new PredictionsWriter();
    for (const part of [one, emptyPredictions(), other]) writer.add(concatPredictions([part]));
    expect(writer.rows).to.equal(all.symbol.length);
    expect(Buffer.from(writer.finish()).equals(encodePredictions(all))).to.equal(true);
    expect(
      Buffer.from(new PredictionsWriter().finish()).equals(encodePredictions(emptyPredictions())),
    ).to.equal(true);
  });
});
