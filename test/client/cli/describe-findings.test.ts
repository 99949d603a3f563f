import { expect } from 'chai';

import type { SymbolFinding } from '../../../client/cli/describe-findings.js';
import { errorsFirst, findingLines } from '../../../client/cli/describe-findings.js';
import { findingText } from '../../../data/bars/finding-texts.js';
import { findingRemedy } from '../../../data/bars/remedies.js';

const finding = (
  severity: SymbolFinding['severity'],
  code: string,
  symbol: string,
  message: string,
): SymbolFinding => ({ severity, code, symbol, message });

describe('findings for a person', () => {
  const flood = Array.from({ length: 153 }, (_, n) =>
    finding('warning', 'unexplained_jump', `S${n}`, `S${n}.csv:9: opens +25.0 %`),
  );
  const errors = [
    finding('error', 'duplicate_bar', 'TCS', 'TCS.csv:7: 2022-01-03 occurs twice'),
    finding('error', 'action_does_not_fit', 'ITC', 'ITC.csv:3: does not show the corporate action'),
    finding('error', 'duplicate_bar', 'SBIN', '12 more of the same kind'),
  ];

  it('come errors first, each kind once, with where it is and how to fix it', () => {
    const lines = findingLines([...flood, ...errors, finding('info', 'listed_earlier', 'X', 'x')]);
    expect(lines.slice(0, 9)).to.deep.equal([
      '',
      `error  ${findingText('duplicate_bar')} (2 symbols)`,
      '  TCS.csv:7: 2022-01-03 occurs twice',
      '  SBIN: 12 more of the same kind',
      '  Fix: remove one of the two; several tickers in one file? Split it into one file per symbol',
      '',
      `error  ${findingText('action_does_not_fit')} (1 symbol)`,
      '  ITC.csv:3: does not show the corporate action',
      '  Fix: gurukul actions check compares the list with the bars. If all of them are adjusted already: --adjust none',
    ]);
    expect(lines.slice(9)).to.deep.equal([
      '',
      `warning  ${findingText('unexplained_jump')} (153 symbols)`,
      '  S0.csv:9: opens +25.0 %',
      '  S1.csv:9: opens +25.0 %',
      '  S2.csv:9: opens +25.0 %',
      '  and 150 more: see --json',
      `  Fix: ${findingRemedy('unexplained_jump')}`,
    ]);
  });

  it('keep their order otherwise', () => {
    const sorted = errorsFirst([...flood.slice(0, 2), ...errors]);
    expect(sorted.map(({ symbol }) => symbol)).to.deep.equal(['TCS', 'ITC', 'SBIN', 'S0', 'S1']);
  });
});
