import { existsSync } from 'node:fs';
import path from 'node:path';

import { packageRoot } from '../../data/store/package-root.js';

/** The folder of bars in the forms that people have: `GURUKUL_CASES_DIR`, or `shared/cases` next to the project. */
export function casesDir(): string | undefined {
  const folder = process.env['GURUKUL_CASES_DIR'] ?? path.join(packageRoot, '..', 'shared', 'cases');
  return existsSync(folder) ? folder : undefined;
}

/** Skips a suite with a message if the cases are not there. Call it in `before`. */
export function needsCases(context: Mocha.Context, folder: string | undefined): asserts folder is string {
  if (folder !== undefined) return;
  console.log('      skipped: no cases; set GURUKUL_CASES_DIR to their folder');
  context.skip();
}
