import { z } from 'zod';

import { RUN_FLAGS } from '../../../client/cli/run-flags.js';
import { openInputSchema } from '../../../data/schemas/run-input.js';
import { markdownTable } from '../markdown.js';

type Key = keyof typeof openInputSchema.shape;

/** What the keys without a flag are for. */
const WITHOUT_FLAG: Readonly<Partial<Record<Key, string>>> = {
  shardWindows: 'windows trained together as one batch, at most. No result depends on it',
  cohortConcurrency: 'cohorts in flight at once. No result depends on it',
  completeUntil:
    'first day whose session was not over when the run began, for real bars: no bar from then on is used. The run sets it, and a resume keeps it',
};

const propertySchema = z.looseObject({
  type: z.string(),
  enum: z.array(z.string()).optional(),
  default: z.union([z.string(), z.number()]).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
});
type Property = z.output<typeof propertySchema>;

/** The keys of a run's input, from the schema that checks them. */
export function configuration(): string {
  const { properties } = z
    .looseObject({ properties: z.record(z.string(), propertySchema) })
    .parse(z.toJSONSchema(openInputSchema, { io: 'input' }));
  return markdownTable(
    ['key', 'flag', 'value', 'default', 'meaning'],
    Object.entries(properties).map(([key, property]) => rowOf(key, property)),
  );
}

function rowOf(key: string, property: Property): string[] {
  const flag = RUN_FLAGS.find((known) => known.key === key);
  const meaning = flag?.help ?? Object.entries(WITHOUT_FLAG).find(([name]) => name === key)?.[1];
  if (meaning === undefined) throw new Error(`nothing says what the key ${key} of a run's input is for`);
  return [
    `\`${key}\``,
    flag === undefined ? '' : `\`${flag.flags.split(' ')[0] ?? ''}\``,
    valuesOf(property),
    property.default === undefined ? '' : `\`${property.default}\``,
    meaning,
  ];
}

function valuesOf({ type, enum: choices, ...bounds }: Property): string {
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (type === 'array') return 'list of texts';
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = bounds;
  const limits = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`below ${exclusiveMaximum}`]),
  ];
  const kind = { string: 'text', integer: 'whole number', number: 'number' }[type] ?? type;
  return [kind, ...limits].join(', ');
}
