import { errorMessage } from '../../data/errors.js';
import { canonicalJson } from '../../data/store/digests.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, bundleJson } from './bundle-layout.js';
import type { Difference } from './differences.js';

/** JSON files that earlier steps write, each in a form of its own. */
const FROM_STEPS: ReadonlySet<string> = new Set([
  BUNDLE.integrity,
  BUNDLE.metrics,
  BUNDLE.statTests,
  BUNDLE.stressTests,
  BUNDLE.backtest,
  BUNDLE.importance,
  BUNDLE.drift,
]);

/**
 * Checks that a JSON file has the bytes that the program writes for its value. Otherwise two readers could read
 * different values from it: of two equal keys, one takes the first and another the last.
 */
export function formDifference(file: string, content: Uint8Array): Difference | undefined {
  const text = Buffer.from(content);
  let forms: readonly (string | Uint8Array)[];
  try {
    const value: unknown = JSON.parse(text.toString('utf8'));
    forms = FROM_STEPS.has(file) ? stepForms(value) : [bundleJson(value)];
  } catch (error) {
    return { file, expected: 'JSON', found: errorMessage(error) };
  }
  return forms.some((form) => text.equals(Buffer.from(form)))
    ? undefined
    : {
        file,
        expected: 'JSON as this program writes it, with sorted keys, each once',
        found: 'the same value in other bytes, such as keys in another order or twice',
      };
}

/** Checks the form of every JSON file at a path of its own; the models of students have a format of TensorFlow.js. */
export function firstFormDifference(files: BundleFiles): Difference | undefined {
  for (const file of Object.values(BUNDLE)) {
    const content = files.get(file);
    if (content === undefined || !file.endsWith('.json')) continue;
    const difference = formDifference(file, content);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** Compact and sorted, or indented in the order of the program; both come with and without a last newline. */
function stepForms(value: unknown): string[] {
  return [canonicalJson(value), JSON.stringify(value), JSON.stringify(value, null, 2)].flatMap((text) => [
    text,
    `${text}\n`,
  ]);
}
