// @ts-check
import { existsSync } from 'node:fs';

/**
 * An npm command: of the npm that runs this script, where one does, else of the one on PATH.
 * @param {string[]} args
 * @returns {{ file: string, args: string[] }}
 */
export function npmCommand(...args) {
  const npm = process.env['npm_execpath'];
  return npm !== undefined && existsSync(npm)
    ? { file: process.execPath, args: [npm, ...args] }
    : { file: 'npm', args };
}
