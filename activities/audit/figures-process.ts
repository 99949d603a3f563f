import { z } from 'zod';

import { GurukulError } from '../../data/errors.js';
import { fileEntrySchema } from '../../data/schemas/bundle.js';
import { answerOnce } from './own-process.js';
import { readEntry } from './read-bundle.js';
import { recomputeFigures } from './recompute-figures.js';

/*
 * A process that computes the figures of a bundle again, while its verification checks everything else. It reads the
 * files itself: those with the digests that it is given, and no others.
 */

const question = z.strictObject({ folder: z.string(), entries: z.array(fileEntrySchema) });

await answerOnce(question, async ({ folder, entries }) => {
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) {
    const content = await readEntry(folder, entry);
    if ('file' in content)
      throw new GurukulError('ChecksumMismatch', `${entry.path} was changed while it was verified`);
    files.set(entry.path, content);
  }
  return recomputeFigures(files);
});
