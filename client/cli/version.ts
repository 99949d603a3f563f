import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The program's version, as its package has it. */
export function versionOf(packageRoot: string): string {
  const content: unknown = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));
  const hasVersion = typeof content === 'object' && content !== null && 'version' in content;
  return hasVersion ? String(content.version) : 'unknown';
}
