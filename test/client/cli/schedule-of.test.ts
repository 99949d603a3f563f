import { expect } from 'chai';

import { readDays, readName, readTimeOfDay, scheduleOf } from '../../../client/cli/schedule-of.js';

describe('a schedule', () => {
  it('is in Indian time, on weekdays after the close, and skips while one runs', () => {
    const problems: string[] = [];
    const time = readTimeOfDay(undefined, problems);
    const days = readDays(undefined, problems);
    expect(problems).to.deep.equal([]);
    const { spec, policies, action } = scheduleOf('nightly', { horizon: 3 }, time, days);
    expect(spec).to.deep.equal({
      calendars: [
        { hour: 16, minute: 0, dayOfWeek: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'] },
      ],
      timezone: 'Asia/Kolkata',
    });
    expect(policies).to.deep.include({ overlap: 'SKIP' });
    expect(action).to.deep.include({
      workflowId: 'schedule/nightly',
      args: [{ schedule: 'nightly', input: { horizon: 3 } }],
    });
  });

  it('lets the champion score where that is wanted', () => {
    const { action } = scheduleOf('nightly', {}, { hour: 16, minute: 0 }, ['mon'], true);
    expect(action).to.deep.include({ args: [{ schedule: 'nightly', input: {}, score: true }] });
  });

  it('takes days and a time', () => {
    const problems: string[] = [];
    expect(readDays('Mon,wed,fri-sat', problems)).to.deep.equal(['mon', 'wed', 'fri', 'sat']);
    expect(readTimeOfDay('9:05', problems)).to.deep.equal({ hour: 9, minute: 5 });
    expect(problems).to.deep.equal([]);
  });

  it('names everything that is wrong', () => {
    const problems: string[] = [];
    readName('a/b', problems);
    readTimeOfDay('25:00', problems);
    readDays('mon,never', problems);
    expect(problems.map((problem) => problem.split(':')[0])).to.deep.equal(['name', '--at', '--days']);
  });
});
