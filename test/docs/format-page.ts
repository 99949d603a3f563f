import path from 'node:path';

import { format, resolveConfig } from 'prettier';

import { packageRoot } from '../../data/store/package-root.js';

/** A page as `npm run check:format` wants it. */
export async function formatPage(markdown: string): Promise<string> {
  const options = await resolveConfig(path.join(packageRoot, 'README.md'));
  return format(markdown, { ...options, parser: 'markdown' });
}
