import { barFormats } from './bar-formats.js';
import { commandLine } from './command-line.js';
import { configuration } from './configuration.js';
import { errorTypes } from './errors.js';
import { features, rankFeatures, simpleFactors, stateFigures } from './features.js';
import { universeFields } from './universe-fields.js';

/** What pages may have written for them, by the name in `<!-- generated NAME -->`. */
const PARTS: Readonly<Record<string, () => string>> = {
  'bar-formats': barFormats,
  'command-line': commandLine,
  configuration,
  'error-types': errorTypes,
  features,
  'market-state': stateFigures,
  'rank-features': rankFeatures,
  'simple-factors': simpleFactors,
  'universe-fields': universeFields,
};

const MARKED = /^<!-- generated ([\w-]+) -->\n.*?^<!-- end -->$/gms;

/** Names of the parts that a page has written for it. */
export function partsIn(markdown: string): string[] {
  return [...markdown.matchAll(MARKED)].map(([, name = '']) => name);
}

/** A page with its generated parts written again. */
export function fillPage(markdown: string): string {
  return markdown.replaceAll(MARKED, (_all, name: string) => {
    const part = PARTS[name];
    if (part === undefined)
      throw new Error(`nothing generates ${name}; there are ${Object.keys(PARTS).join(', ')}`);
    return `<!-- generated ${name} -->\n\n${part()}\n\n<!-- end -->`;
  });
}

/** All names that can be generated. */
export function partNames(): string[] {
  return Object.keys(PARTS);
}
