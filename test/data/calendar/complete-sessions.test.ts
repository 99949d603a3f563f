import { expect } from 'chai';

import { completeUntil, lastSessionBefore } from '../../../data/calendar/complete-sessions.js';
import { InvalidInputError } from '../../../data/errors.js';
import { openInputSchema } from '../../../data/schemas/run-input.js';
import { settleDates } from '../../../data/calendar/settle-dates.js';
import { calendar } from '../../support/bars.js';
import { rejection } from '../../support/rejection.js';

const at = (time: string): number => Date.parse(`${time}+05:30`);

describe('the sessions that are complete by the clock', () => {
  for (const [what, time, until] of [
    ['in the first minutes of a session', '2026-03-02T09:20', '2026-03-02'],
    ['a minute before its close', '2026-03-02T15:29', '2026-03-02'],
    ['at its close', '2026-03-02T15:30', '2026-03-03'],
    ['at night, when UTC has the day before', '2026-03-03T00:30', '2026-03-03'],
    ['before the close of a short special session', '2025-10-21T14:44', '2025-10-21'],
    ['at the close of a short special session', '2025-10-21T14:45', '2025-10-22'],
    ['before the close of an evening session', '2024-11-01T18:59', '2024-11-01'],
    ['at the close of an evening session', '2024-11-01T19:00', '2024-11-02'],
    ['late on a special day whose hours are not announced', '2026-11-08T23:59', '2026-11-08'],
    ['after a special day whose hours are not announced', '2026-11-09T00:00', '2026-11-09'],
    ['in a year that the calendar does not know', '2050-01-03T15:30', '2050-01-04'],
  ] as const)
    it(`end ${what}`, () => expect(completeUntil(calendar, at(time))).to.equal(until));

  for (const [before, last] of [
    ['2026-03-02', '2026-02-27'],
    ['2026-01-27', '2026-01-23'],
    ['2050-01-04', '2050-01-03'],
    ['2050-01-03', '2049-12-31'],
  ] as const)
    it(`the last one before ${before} is ${last}`, () =>
      expect(lastSessionBefore(calendar, before)).to.equal(last));
});

describe('the dates of a run', () => {
  const settle = (draft: object, time: string) =>
    settleDates(openInputSchema.parse(draft), calendar, at(time));
  const csv = { source: 'csv', bars: '/bars' };

  it('end after the last complete session, where none is given', () => {
    expect(settle(csv, '2026-03-02T09:20')).to.include({ to: '2026-02-28', completeUntil: '2026-03-02' });
    expect(settle(csv, '2026-03-02T15:30')).to.include({ to: '2026-03-03', completeUntil: '2026-03-03' });
    expect(settle({ source: 'breeze' }, '2026-03-01T12:00').to).to.equal('2026-02-28');
  });

  it('stay where they are given, and where they were settled before', () => {
    expect(settle({ ...csv, to: '2024-12-31' }, '2026-03-02T09:20')).to.include({
      to: '2024-12-31',
      completeUntil: '2026-03-02',
    });
    const first = settle(csv, '2026-03-02T09:20');
    expect(settle(first, '2026-05-04T18:00')).to.deep.equal(first);
  });

  it('do not depend on the clock for synthetic bars', () => {
    const input = settle({}, '2023-03-02T09:20');
    expect(input.to).to.equal('2024-12-31');
    expect(input).to.not.have.property('completeUntil');
  });

  it('are refused where the run would end before it begins', async () => {
    const refused = await rejection(
      Promise.resolve().then(() => settle({ ...csv, from: '2026-03-02' }, '2026-03-02T09:20')),
      InvalidInputError,
    );
    expect(refused.problems).to.deep.equal([
      'from: must be before 2026-02-28, the day after the last complete session',
    ]);
  });
});
