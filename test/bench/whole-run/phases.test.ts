import { expect } from 'chai';

import { longestDelayMs } from './loop-delay.js';
import { firstTaskAt, phaseSpans, secondsByPhase } from './phases.js';

const at = (second: number): number => Date.parse('2024-01-01T00:00:00Z') + 1000 * second;

function line(second: number, phase: string): string {
  return JSON.stringify({ event: 'phase', phase, at: new Date(at(second)).toISOString(), run: 'r' });
}

describe('phases of a whole run', () => {
  it('begin with the first task and end where the next is recorded, the last with the verified bundle', () => {
    const lines = [
      line(2, 'ingest'),
      '{"event":"series","at":"2024-01-01T00:00:03Z"}',
      line(5, 'teach'),
      line(9, 'audit'),
      line(10.5, 'done'),
      '{"event":"pha',
    ];
    const spans = phaseSpans(lines, at(1));
    expect(secondsByPhase(spans)).to.deep.equal({ plan: 1, ingest: 3, teach: 4, audit: 1.5 });
    expect(spans.at(-1)?.to).to.equal(at(10.5));
  });

  it('of a run that came to a phase twice are added', () => {
    const spans = phaseSpans([line(1, 'teach'), line(2, 'paused'), line(4, 'teach'), line(7, 'done')], at(0));
    expect(secondsByPhase(spans)).to.deep.equal({ plan: 1, teach: 4, paused: 2 });
  });

  it('are refused of a run that is not done', () => {
    expect(() => phaseSpans([line(1, 'teach'), line(2, 'failed')], at(0))).to.throw(RangeError, 'failed');
    expect(() => phaseSpans([], at(0))).to.throw(RangeError, 'not begun');
  });

  it('know the first task of any worker from their logs', () => {
    const logs = [
      '{"time":5,"msg":"ready"}',
      '{"time":9,"msg":"first task"}',
      '{"time":7,"msg":"first task"}',
      'text',
    ];
    expect(firstTaskAt(logs)).to.equal(7);
    expect(firstTaskAt(logs.slice(0, 1))).to.equal(undefined);
  });

  it('have the longest delay of an event loop from the metrics of a process', () => {
    const text = '# HELP nodejs_eventloop_lag_max_seconds longest\nnodejs_eventloop_lag_max_seconds 0.25\n';
    expect(longestDelayMs(text)).to.equal(250);
    expect(longestDelayMs('other 1\n')).to.equal(undefined);
  });
});
