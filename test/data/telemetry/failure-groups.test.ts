import { expect } from 'chai';

import type { FailedWindow } from '../../../data/telemetry/failed-windows.js';
import { failureLines, groupFailures } from '../../../data/telemetry/failure-groups.js';

const window = (symbol: string, start: string, change: Partial<FailedWindow>): FailedWindow => ({
  window: `${symbol}_${start}_to_x`,
  symbol,
  start,
  end: 'x',
  error: 'BadSchema',
  message: `${symbol}.csv:1 lacks column close (found: last)`,
  code: 'bad_header',
  ...change,
});

const { code: _, ...diverged } = window('SBIN', '2023-01-01', { error: 'Diverged', message: 'not finite' });

describe('failures, grouped', () => {
  const failed: readonly FailedWindow[] = [
    diverged,
    ...['INFY', 'TCS'].flatMap((symbol) => [
      window(symbol, '2023-01-01', {}),
      window(symbol, '2023-06-30', {}),
    ]),
    window('ITC', '2023-01-01', { code: 'unexplained_jump', message: 'ITC.csv:9: 2023-02-01 opens −50.0 %' }),
  ];

  it('stand by kind, the largest group first, each message once', () => {
    expect(
      groupFailures(failed).map(({ error, windows, cases }) => [error, windows, cases.length]),
    ).to.deep.equal([
      ['BadSchema', 4, 2],
      ['BadSchema', 1, 1],
      ['Diverged', 1, 1],
    ]);
  });

  it('name symbol, file and line, and what to do', () => {
    expect(failureLines(failed, 'see all')).to.deep.equal([
      'BadSchema (the data failed a check): 4 windows of 2 symbols',
      '  INFY.csv:1 lacks column close (found: last)',
      '  TCS.csv:1 lacks column close (found: last)',
      '  Fix: name the columns timestamp,open,high,low,close,volume (any order), or choose the format: --format NAME',
      'BadSchema (the data failed a check): 1 window of 1 symbol',
      '  ITC.csv:9: 2023-02-01 opens −50.0 %',
      '  Fix: gurukul actions check with the same flags names the likely split or bonus, and the command that adds it',
      'Diverged (training did not converge): 1 window of 1 symbol',
      '  SBIN (1 window): not finite',
      '  Fix: look for wrong bars in these windows: gurukul ingest --verify with the same flags',
    ]);
  });

  it('list a few of many messages and symbols, and say where the others are', () => {
    const many = Array.from({ length: 9 }, (_unused, n) => window(`S${n}`, '2023-01-01', {}));
    expect(failureLines(many, 'gurukul status r --failed').slice(-2)[0]).to.equal(
      '  and 4 more: gurukul status r --failed',
    );
    const { code: _code, ...crashed } = window('X', 'y', { error: 'TrainerCrashed', message: 'it ended' });
    const alike = Array.from({ length: 9 }, (_unused, n) => ({ ...crashed, symbol: `S${n}` }));
    expect(failureLines(alike, '')[1]).to.equal('  S0, S1, S2, S3 and 5 more (9 windows): it ended');
  });

  it('are nothing where nothing failed', () => {
    expect(failureLines([], '')).to.deep.equal([]);
  });
});
