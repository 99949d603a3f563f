import { expect } from 'chai';

import { phaseSpans } from '../../../../client/dashboard/figures/phase-spans.js';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const ms = (second: number): number => Date.parse(at(second));

describe('the phases of a run', () => {
  it('last from their first event to the next phase, whatever the order of events', () => {
    const events = [
      { at: at(9), phase: 'done' },
      { at: at(0), phase: 'plan' },
      { at: at(3), phase: 'teach' },
      { at: at(4), phase: 'teach' },
      { at: at(1), phase: 'ingest' },
    ];
    expect(phaseSpans(events)).to.deep.equal([
      { phase: 'plan', from: ms(0), until: ms(1) },
      { phase: 'ingest', from: ms(1), until: ms(3) },
      { phase: 'teach', from: ms(3), until: ms(9) },
    ]);
  });

  it('leave out the rest between a failure and the next start, and let the last one go on', () => {
    const events = [
      { at: at(0), phase: 'teach' },
      { at: at(2), phase: 'failed' },
      { at: at(60), phase: 'plan' },
    ];
    expect(phaseSpans(events)).to.deep.equal([
      { phase: 'teach', from: ms(0), until: ms(2) },
      { phase: 'plan', from: ms(60), until: null },
    ]);
    expect(phaseSpans([])).to.deep.equal([]);
  });
});
