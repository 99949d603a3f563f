import type { KeyObject } from 'node:crypto';

import type { ScoreLog, ScoreLogFile } from '../schemas/score-log.js';
import { signStatement, signatureHolds } from '../signing/signing.js';
import { canonicalJson, sha256 } from '../store/digests.js';

const SCORES_V1 = 'urn:gurukul:scores:v1';

/** Signs a log of scores. */
export function sealScores(log: ScoreLog, key: KeyObject): ScoreLogFile {
  return { log, envelope: signStatement(statementOf(log), key) };
}

/** Whether a log is signed with a key and says what was signed. */
export function areSealedScores({ log, envelope }: ScoreLogFile, trustedPem: string): boolean {
  return signatureHolds(envelope, trustedPem) && envelope.payload === statementOf(log).toString('base64');
}

/** An in-toto statement with the bundle and the log's digest as its subjects. */
function statementOf(log: ScoreLog): Buffer {
  const { number, replaces, role, run, decision, date } = log;
  return Buffer.from(
    canonicalJson({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [
        { name: 'scores', digest: { sha256: sha256(canonicalJson(log)) } },
        { name: 'bundle', digest: { sha256: log.bundleDigest } },
      ],
      predicateType: SCORES_V1,
      predicate: { number, replaces, role, run, decision, date },
    }),
  );
}
