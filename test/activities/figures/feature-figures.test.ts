import { expect } from 'chai';

import { featureFigures } from '../../../activities/figures/feature-figures.js';

describe('the figures of features', () => {
  const importance = {
    features: ['gap', 'rsi_14'],
    windows: [
      { window: 'A_2022-01-01_to_2022-06-30', losses: [10, 4000] },
      { window: 'A_2022-06-30_to_2022-12-27', losses: [-30, 1000] },
      { window: 'B_2022-01-01_to_2022-06-30', losses: [20, 2000] },
    ],
  };
  const drift = {
    features: ['gap', 'rsi_14'],
    cohorts: [
      { cohort: 'one', trainRows: 9, forwardRows: 9, psi: [0.1, 0.5], ks: [0.2, 0.3] },
      { cohort: 'two', trainRows: 9, forwardRows: 9, psi: [0.3, 0.1], ks: [0.4, 0.1] },
    ],
  };

  it('are means over windows, with a standard error over cohorts, the most important first', () => {
    const [first, second] = featureFigures({ importance, drift });
    expect(first?.feature).to.equal('rsi_14');
    // Cohort means 3000 and 1000: their standard deviation √2 · 1000, divided by √2.
    expect(first?.importance.windows).to.equal(3);
    expect(first?.importance.lossRise).to.be.closeTo(7e-3 / 3, 1e-15);
    expect(first?.importance.standardError).to.be.closeTo(1e-3, 1e-15);
    expect(first?.drift).to.deep.equal({ cohorts: 2, psi: 0.3, ks: 0.2, worstPsi: 0.5, worstCohort: 'one' });
    expect(second?.feature).to.equal('gap');
    expect(second?.importance.lossRise).to.equal(0);
    expect(second?.drift.worstCohort).to.equal('two');
  });

  it('are null without data', () => {
    expect(
      featureFigures({ importance: { features: [], windows: [] }, drift: { features: [], cohorts: [] } }),
    ).to.deep.equal([]);
    const [only] = featureFigures({
      importance: { features: ['gap'], windows: importance.windows.slice(0, 1) },
      drift: { features: ['gap'], cohorts: [] },
    });
    expect(only?.importance).to.deep.equal({ windows: 1, lossRise: 10e-6, standardError: null });
    expect(only?.drift).to.deep.equal({ cohorts: 0, psi: null, ks: null, worstPsi: null, worstCohort: null });
  });
});
