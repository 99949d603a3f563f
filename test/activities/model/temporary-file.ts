import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A path in a new temporary folder. */
export function temporaryFile(): string {
  return path.join(mkdtempSync(path.join(tmpdir(), 'gurukul-engine-')), 'state.ckpt');
}
