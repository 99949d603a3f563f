import { z } from 'zod';

import { answerOnce } from './own-process.js';
import { verifyBundle } from './verify.js';

/*
 * A process that verifies the bundle that another one has written: of it, it knows the folder and whose key must have
 * signed.
 */

const question = z.strictObject({
  folder: z.string(),
  known: z.strictObject({ keyId: z.string(), from: z.enum(['home', 'key']) }),
});

await answerOnce(question, async ({ folder, known }) => verifyBundle(folder, known));
