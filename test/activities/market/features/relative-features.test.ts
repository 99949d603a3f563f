import { expect } from 'chai';

import {
  relativeColumnsOf,
  relativeFeatures,
} from '../../../../activities/market/features/relative-features.js';
import { MAX_MISSED_BARS } from '../../../../activities/market/columns/missed-bars.js';
import { LOOKBACK_BARS } from '../../../../activities/market/features/lookback.js';

const BARS = LOOKBACK_BARS + 9;
const LAST = BARS - 1;

/** A symbol with the features (value, 2 · value, 7) on every bar, complete from the lookback on. */
function symbolOf(value: number): { features: Float32Array; complete: Uint8Array; member: Uint8Array } {
  return {
    features: Float32Array.from({ length: BARS * 3 }, (_, cell) => [value, 2 * value, 7][cell % 3] ?? 0),
    complete: Uint8Array.from({ length: BARS }, (_, row) => (row >= LOOKBACK_BARS - 1 ? 1 : 0)),
    member: new Uint8Array(BARS).fill(1),
  };
}

const everyBar = Int32Array.from({ length: BARS }, (_, row) => row);

describe('relative features', () => {
  it('exist for the columns that differ between symbols', () => {
    expect(relativeColumnsOf(['a', 'market_x', 'z_b'])).to.deep.equal([0, 2]);
  });

  it('are the difference from the mean of all symbols with a complete row', () => {
    const symbols = [1, 2, 6].map(symbolOf);
    const places = symbols.map(() => everyBar);
    const relative = relativeFeatures(symbols, 3, [0, 1], places, BARS);
    expect(relative.map((values) => [...values.slice(LAST * 2)])).to.deep.equal([
      [-2, -4],
      [-1, -2],
      [3, 6],
    ]);
    expect(relative[0]?.[0], 'a row that is not complete').to.deep.equal(NaN);
  });

  it('exclude symbols from the mean at bars where their row is not complete', () => {
    const symbols = [1, 2, 6].map(symbolOf);
    symbols[2]?.complete.fill(0, LAST);
    const places = symbols.map(() => everyBar);
    const relative = relativeFeatures(symbols, 3, [0], places, BARS);
    expect(relative.map((values) => values[LAST])).to.deep.equal([-0.5, 0.5, NaN]);
    expect(relative.map((values) => values[LAST - 1])).to.deep.equal([-2, -1, 3]);
  });

  it('exclude symbols that are not members then from the mean, but still compute theirs', () => {
    const symbols = [1, 2, 6].map(symbolOf);
    symbols[2]?.member.fill(0, LAST);
    const places = symbols.map(() => everyBar);
    const relative = relativeFeatures(symbols, 3, [0], places, BARS);
    expect(relative.map((values) => values[LAST])).to.deep.equal([-0.5, 0.5, 4.5]);
    expect(relative.map((values) => values[LAST - 1])).to.deep.equal([-2, -1, 3]);
  });

  it('exclude a symbol with too many missed bars from the mean, but still compute its features', () => {
    const symbols = [1, 2, 6].map(symbolOf);
    const gap = (missed: number): Float32Array[] => {
      const late = everyBar.map((place) => (place >= 20 ? place + missed : place));
      const onTime = everyBar.map((place) => place + missed);
      return relativeFeatures(symbols, 3, [0], [onTime, onTime, late], BARS + missed);
    };
    expect(gap(MAX_MISSED_BARS).map((values) => values[LAST])).to.deep.equal([-2, -1, 3]);
    expect(gap(MAX_MISSED_BARS + 1).map((values) => values[LAST])).to.deep.equal([-0.5, 0.5, 4.5]);
  });

  it('are 0 where no symbol counts in the mean', () => {
    const late = everyBar.map((place) => (place >= 20 ? place + 50 : place));
    const [relative] = relativeFeatures([symbolOf(3)], 3, [0], [late], BARS + 50);
    expect(relative?.[LAST]).to.equal(0);
  });
});
