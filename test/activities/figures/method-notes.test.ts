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
      neutralSymbols: 53,
      sectorSymbols: 59,
      detectableErrors: 6.1,
      heldShare: 0.29,
      holdingBars: [67, 71],
      defaultHolding: 73,
      choiceDates: 79,
      orderShare: 0.89,
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
    expect(numbersIn(methodNotes('next-open', changed))).to.have.members([
      '0.0123',
      '17',
      '53',
      '59',
      '6.1',
      '29',
      '67',
      '71',
      '73',
      '79',
      '89',
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
    const notes = methodNotes('next-open').join('\n');
    expect(notes).to.contain(`(at most ${MAX_IMPORTANCE_ROWS} rows per window, at equal steps)`);
    expect(notes).to.contain('95 % intervals');
    expect(notes).to.contain('start at the next open');
    expect(methodNotes('close').join()).to.contain('nobody can trade');
  });
});
