import { expect } from 'chai';

import { commonDates } from '../../../activities/figures/common-dates.js';
import { armDates } from '../../../activities/figures/common-dates.js';
import type { CohortParts } from '../../../activities/figures/cohort-parts.js';
import { FORWARD_ARMS, VALIDATION_ARMS, measureCohort } from '../../../activities/figures/cohort-parts.js';
import { byName } from '../../../activities/figures/by-name.js';
import { cohortsOf, figuresOf } from '../../../activities/figures/figures.js';
import { decodeArmCohort, encodeArmCohort } from '../../../activities/figures/files/arm-cohort-file.js';
import { decodeDatedParts, encodeDatedParts } from '../../../activities/figures/files/cohort-days-file.js';
import {
  examinedMeasuredSchema,
  forwardMeasuredSchema,
  measuredArmSchema,
} from '../../../activities/figures/files/measured-arm-file.js';
import {
  measureForwardArm,
  measureStudentArm,
  measureValidationArm,
} from '../../../activities/figures/measured-arm.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { fixtureMarket } from './market-fixture.js';

const options = { seed: 7, horizon: 5, trials: 3, market: 'nse', entry: 'next-open' } as const;
const features = { importance: { features: [], windows: [] }, drift: { features: [], cohorts: [] } };

describe('parts of figures in files', () => {
  const sets = fixtureMarket({ seed: 4, symbols: 27, dates: 12, cohorts: 3, past: 20, signal: 0.3 });
  const parts = cohortsOf(sets).map((rows) => measureCohort(rows, options));

  it('give the figures of those in memory', () => {
    const read = parts.map((part): CohortParts => ({
      forward: byName(FORWARD_ARMS, (name) => decodeArmCohort(encodeArmCohort(part.forward[name]))),
      validation: byName(VALIDATION_ARMS, (name) => decodeArmCohort(encodeArmCohort(part.validation[name]))),
      days: decodeDatedParts(encodeDatedParts({ days: part.days, dates: armDates(part) })).days,
    }));
    expect(canonicalJson(figuresOf(read, options, features, undefined))).to.equal(
      canonicalJson(figuresOf(parts, options, features, undefined)),
    );
  });

  it('are refused when they are something else', () => {
    const arm = encodeArmCohort(parts[0]?.forward.teacher ?? expect.fail('no part'));
    expect(() => decodeDatedParts(arm)).to.throw(/not a file of figures by date/);
    expect(() => decodeArmCohort(arm.subarray(0, arm.length / 2))).to.throw(/not a file of part of an arm/);
  });

  it('keep what was measured of each arm, digit by digit', () => {
    const { draws, insideDraws, tradedDates } = commonDates(parts.map(armDates), options);
    const context = { options, draws, tradedDates, tiles: parts.map(({ days }) => days.ranking) };
    const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    const student = measureStudentArm(
      parts.map(({ forward }) => forward.student),
      context,
    );
    expect(examinedMeasuredSchema.parse(sent(student))).to.deep.equal(sent(student));
    const teacher = measureForwardArm(
      'teacher',
      parts.map(({ forward }) => forward.teacher),
      context,
    );
    expect(forwardMeasuredSchema.parse(sent(teacher))).to.deep.equal(sent(teacher));
    const inside = measureValidationArm(
      parts.map(({ validation }) => validation.teacher),
      { options, draws: insideDraws },
    );
    expect(measuredArmSchema.parse(sent(inside))).to.deep.equal(sent(inside));
  });
});
