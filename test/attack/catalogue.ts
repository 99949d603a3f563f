import { BUNDLE_DAMAGE } from './bundle-damage.js';
import { BYTE_FORMS } from './byte-forms.js';
import { DECISION_LOGS } from './decision-logs.js';
import { HOSTILE_NAMES } from './hostile-names.js';
import { HOSTILE_PAGES } from './hostile-pages.js';
import { HOSTILE_TEXTS } from './hostile-texts.js';
import { INPUT_BOMBS } from './input-bombs.js';
import type { AttackKind } from './kind.js';
import { MODEL_SIGNATURES } from './model-signatures.js';
import { PARQUET_BOMBS } from './parquet-bombs.js';
import { RACES } from './races.js';
import { RECORDS } from './records.js';
import { RELEASES } from './releases.js';
import { RESIGNED } from './resigned.js';
import { SCORE_LOGS } from './score-logs.js';
import { SECRETS } from './secrets.js';

/** Every kind of attack that the program tries. */
export const CATALOGUE: readonly AttackKind[] = [
  ...BUNDLE_DAMAGE,
  ...RESIGNED,
  ...BYTE_FORMS,
  ...MODEL_SIGNATURES,
  ...DECISION_LOGS,
  ...SCORE_LOGS,
  ...RECORDS,
  ...RELEASES,
  ...HOSTILE_TEXTS,
  ...HOSTILE_PAGES,
  ...HOSTILE_NAMES,
  ...PARQUET_BOMBS,
  ...INPUT_BOMBS,
  ...RACES,
  ...SECRETS,
];
