import { z } from 'zod';

import { RUN_ID_PATTERN } from './run-choices.js';
import { TELEMETRY_VERSION } from './telemetry.js';
import { FACTS, WINDOW_EVENTS } from './telemetry-facts.js';

const line = {
  v: z.literal(TELEMETRY_VERSION).describe('version of this schema'),
  at: z.iso.datetime().describe('when, UTC'),
  run: z.string().regex(RUN_ID_PATTERN),
  id: z.string().min(1).describe('identity: an event that was written twice can be counted once'),
};

/** A line of `telemetry/RUN.jsonl`. Later programs of the same version may add fields. */
export const telemetryLineSchema = z.discriminatedUnion('event', [
  z.looseObject({ ...line, event: z.literal('phase'), ...FACTS.phase }),
  z.looseObject({ ...line, event: z.literal('series'), ...FACTS.series }),
  z.looseObject({ ...line, event: z.literal('fetched'), ...FACTS.fetched }),
  z.looseObject({ ...line, event: z.literal('ingest'), ...FACTS.ingest }),
  z.looseObject({ ...line, event: z.literal('inputs_changed'), ...FACTS.inputs_changed }),
  z.looseObject({ ...line, event: z.literal('window'), ...WINDOW_EVENTS.window }),
  z.looseObject({ ...line, event: z.literal('window_skipped'), ...WINDOW_EVENTS.window_skipped }),
  z.looseObject({ ...line, event: z.literal('window_failed'), ...WINDOW_EVENTS.window_failed }),
  z.looseObject({ ...line, event: z.literal('window_quarantined'), ...WINDOW_EVENTS.window_quarantined }),
  z.looseObject({ ...line, event: z.literal('train_queue'), ...FACTS.train_queue }),
  z.looseObject({ ...line, event: z.literal('trials'), ...FACTS.trials }),
  z.looseObject({ ...line, event: z.literal('prior'), ...FACTS.prior }),
  z.looseObject({ ...line, event: z.literal('shard'), ...FACTS.shard }),
  z.looseObject({ ...line, event: z.literal('student'), ...FACTS.student }),
  z.looseObject({ ...line, event: z.literal('reproduction'), ...FACTS.reproduction }),
  z.looseObject({ ...line, event: z.literal('stress'), ...FACTS.stress }),
  z.looseObject({ ...line, event: z.literal('decision_waits'), ...FACTS.decision_waits }),
  z.looseObject({ ...line, event: z.literal('decision_reminder'), ...FACTS.decision_reminder }),
  z.looseObject({ ...line, event: z.literal('champion_review'), ...FACTS.champion_review }),
  z.looseObject({ ...line, event: z.literal('champion_ended'), ...FACTS.champion_ended }),
  z.looseObject({ ...line, event: z.literal('champion_changed'), ...FACTS.champion_changed }),
  z.looseObject({ ...line, event: z.literal('decision'), ...FACTS.decision }),
]);
