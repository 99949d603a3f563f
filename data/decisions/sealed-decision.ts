import type { KeyObject } from 'node:crypto';

import type { Decision, DecisionFile, DecisionsHeadFile } from '../schemas/decision.js';
import type { DecisionsHead } from '../schemas/decisions-head.js';
import type { Envelope } from '../schemas/bundle.js';
import { canonicalJson } from '../store/digests.js';
import { keyId, publicKeyPem, signStatement, signatureHolds } from '../signing/signing.js';

/**
 * Types of the statements about decisions. A decision of v2 is recorded with a head; logs of the version before
 * have decisions of v1 and no head. One of v3 has the fields of its version.
 */
const DECISION_V1 = 'urn:gurukul:decision:v1';
const DECISION_V2 = 'urn:gurukul:decision:v2';
const DECISION_V3 = 'urn:gurukul:decision:v3';
const HEAD_V1 = 'urn:gurukul:decisions-head:v1';

/** Signs a decision that has its number. */
export function sealDecision(decision: Decision, key: KeyObject): DecisionFile {
  return {
    decision,
    envelope: signStatement(decisionStatement(newestType(decision), decision), key),
    publicKey: publicKeyPem(key),
  };
}

/**
 * Checks that a decision's file is signed with a key and says what was signed.
 *
 * @returns What is wrong, to follow the file's name; otherwise whether the decision was recorded with a head.
 */
export function checkSealed(
  { decision, envelope, publicKey }: DecisionFile,
  trustedPem: string,
): { readonly wrong: string } | { readonly withHead: boolean } {
  const signer = envelope.signatures[0]?.keyid;
  if (publicKey !== trustedPem || signer !== keyId(trustedPem))
    return { wrong: `is signed with the key ${signer ?? ''}, not with this home's key ${keyId(trustedPem)}` };
  if (!signatureHolds(envelope, trustedPem)) return { wrong: 'has a signature that is not valid' };
  if (isPayload(envelope, decisionStatement(newestType(decision), decision))) return { withHead: true };
  if (decision.version === undefined && isPayload(envelope, decisionStatement(DECISION_V1, decision)))
    return { withHead: false };
  return { wrong: 'was changed after it was signed' };
}

function newestType({ version }: Decision): string {
  return version === undefined ? DECISION_V2 : DECISION_V3;
}

/** Signs the head of the log. */
export function sealHead(head: DecisionsHead, key: KeyObject): DecisionsHeadFile {
  return { head, envelope: signStatement(headStatement(head), key) };
}

/** Whether the head was signed with a key and says what was signed. */
export function isSealedHead({ head, envelope }: DecisionsHeadFile, trustedPem: string): boolean {
  return signatureHolds(envelope, trustedPem) && isPayload(envelope, headStatement(head));
}

/** An in-toto statement of the decision, with the bundle's digest as its subject. */
function decisionStatement(predicateType: string, decision: Decision): Buffer {
  return statement(predicateType, [{ name: 'bundle', digest: { sha256: decision.bundleDigest } }], decision);
}

/** An in-toto statement of the head, with the newest decision's file as its subject. */
function headStatement(head: DecisionsHead): Buffer {
  const subject = head.digest === null ? [] : [{ name: 'decision', digest: { sha256: head.digest } }];
  return statement(HEAD_V1, subject, head);
}

function statement(predicateType: string, subject: readonly object[], predicate: object): Buffer {
  return Buffer.from(
    canonicalJson({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate }),
  );
}

function isPayload(envelope: Envelope, expected: Buffer): boolean {
  return envelope.payload === expected.toString('base64');
}
