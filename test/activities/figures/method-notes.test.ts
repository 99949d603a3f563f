import { expect } from 'chai';

import { MAX_IMPORTANCE_ROWS } from '../../../activities/model/settings.js';
import { MIN_SYMBOLS } from '../../../activities/figures/cross-section.js';
import { NOTED_NUMBERS, methodNotes } from '../../../activities/figures/method-notes.js';

function numbersIn(texts: readonly string[]): string[] {
  return [...new Set(texts.join('\n').match(/\d+(?:[.,]\d+)*/g) ?? [])].sort();
}

describe('the notes on method', () => {
  it('take every number from the constants, and mention each of them', () => {
    const changed: typeof NOTED_NUMBERS = {
      baseRateFloor: 0.0123,
      minSymbols: 17,
      calibrationBins: 19,
      topShare: 0.23,
      sessionsPerYear: 291,
      importanceRows: 37,
      driftBins: 41,
      driftRows: 43_000,
      minForwardDays: 47,
      confidence: 0.83,
      replicates: 613,
    };
    expect(numbersIn(methodNotes(changed))).to.have.members([
      '0.0123',
      '17',
      '19',
      '23',
      '291',
      '37',
      '41',
      '43,000',
      '47',
      '83',
      '613',
    ]);
  });

  it('state the numbers that the code uses', () => {
    expect(NOTED_NUMBERS).to.include({ importanceRows: MAX_IMPORTANCE_ROWS, minSymbols: MIN_SYMBOLS });
    const notes = methodNotes().join('\n');
    expect(notes).to.contain(`(at most ${MAX_IMPORTANCE_ROWS} rows per window, at equal steps)`);
    expect(notes).to.contain('95 % intervals');
  });
});
