import { EncodedFailureConverter } from '../workflows/contract/encoded-failure-converter.js';

/** Messages and stack traces of failures travel as payloads, which the codec encrypts. */
export const failureConverter = new EncodedFailureConverter();
