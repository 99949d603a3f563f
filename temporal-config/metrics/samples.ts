/** One value of a metric. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Dots match all: a label may hold what JavaScript, but not the format, takes for the end of a line. */
const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/s;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/gs;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n' };

/**
 * The samples in text of the Prometheus format 0.0.4, in its order; comments and what is no sample are left out.
 *
 * @param isWanted Tells by its name whether a metric is wanted: an answer has hundreds of lines.
 */
export function parseSamples(text: string, isWanted: (name: string) => boolean = () => true): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name = '', labels = '', value = ''] = LINE.exec(line) ?? [];
    return name === '' || !isWanted(name)
      ? []
      : [{ name, labels: parseLabels(labels), value: numberOf(value) }];
  });
}

function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [
      name,
      value.replaceAll(/\\(.)/gs, (_, escaped: string) => ESCAPED[escaped] ?? escaped),
    ]),
  );
}

function numberOf(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}
