import { setTimeout as sleep } from 'node:timers/promises';

import type { Connection } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';

import { GurukulError, InvalidInputError, errorMessage } from '../data/errors.js';
import { shellWord } from '../data/text/shell-word.js';
import { searchAttributes } from '../workflows/contract/search-attributes.js';

const VISIBLE_WITHIN_MS = 15_000;
const ASK_EVERY_MS = 250;

/**
 * Registers the search attributes of the workflows in a namespace, those that it lacks.
 *
 * @throws InvalidInputError when one is registered with another type, or the server does not let us
 * register them; the message says how to do it by hand.
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const missing = await missingAttributes(connection, namespace);
  if (missing.length === 0) return;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(({ name, code }) => [name, code])),
    });
  } catch (error) {
    // Another process may have added them at the same moment.
    if ((await missingAttributes(connection, namespace)).length === 0) return;
    throw new InvalidInputError([
      `search attributes are missing in namespace "${namespace}" and cannot be added here: ${errorMessage(error)}`,
      ...missing.map(
        ({ name, type }) =>
          `add it by hand: temporal operator search-attribute create --namespace ${shellWord(namespace)} --name ${name} --type ${type}`,
      ),
    ]);
  }
  await untilVisible(connection, namespace);
}

interface MissingAttribute {
  readonly name: string;
  /** As the Temporal CLI spells it: `Keyword`, `Int`. */
  readonly type: string;
  readonly code: number;
}

async function missingAttributes(connection: Connection, namespace: string): Promise<MissingAttribute[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing: MissingAttribute[] = [];
  const wrong: string[] = [];
  for (const { name, type } of Object.values(searchAttributes)) {
    const code = encodeSearchAttributeIndexedValueType(type);
    if (code === undefined) throw new GurukulError('Bug', `search attribute ${name} has no type ${type}`);
    const spelled = `${type.slice(0, 1)}${type.slice(1).toLowerCase()}`;
    const there = customAttributes[name];
    if (there === undefined) missing.push({ name, type: spelled, code });
    else if (there !== code)
      wrong.push(
        `search attribute ${name} of namespace "${namespace}" is not of type ${spelled}: ` +
          `remove it (temporal operator search-attribute remove --namespace ${shellWord(namespace)} --name ${name}), or use another namespace`,
      );
  }
  if (wrong.length > 0) throw new InvalidInputError(wrong);
  return missing;
}

/** A server takes a moment until it knows an attribute that it has accepted. */
async function untilVisible(connection: Connection, namespace: string): Promise<void> {
  const until = Date.now() + VISIBLE_WITHIN_MS;
  while ((await missingAttributes(connection, namespace)).length > 0) {
    if (Date.now() > until)
      throw new GurukulError(
        'StoreUnavailable',
        `namespace "${namespace}" does not show the search attributes that were added to it; try again`,
      );
    await sleep(ASK_EVERY_MS);
  }
}
