import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';

import { InvalidInputError, errorMessage, systemErrorCode } from '../../data/errors.js';

/** Temporal's databases, each with the schema that its tool has inside. */
const DATABASES = [
  { database: 'temporal', schema: 'postgresql/v12/temporal' },
  { database: 'temporal_visibility', schema: 'postgresql/v12/visibility' },
] as const;

const EACH_MS = 120_000;

/** A database and the version of the schema that it has now. */
export interface PreparedDatabase {
  readonly database: string;
  readonly schema: string;
}

/**
 * Makes Temporal's databases in PostgreSQL and brings their schemas to the version of the tool, by Temporal's own tool;
 * what is there already stays. The tool reads SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD by itself, so that no secret is
 * on a command line.
 *
 * @param tool `temporal-sql-tool` of the version of the server: a path, or a name on PATH.
 * @throws InvalidInputError when there is no such program, or the database refuses.
 */
export async function prepareDatabase(tool: string): Promise<readonly PreparedDatabase[]> {
  const prepared: PreparedDatabase[] = [];
  for (const { database, schema } of DATABASES) {
    const ask = async (...args: readonly string[]): Promise<string> => askTool(tool, database, args);
    await ask('create-database');
    await ask('setup-schema', '--version', '0.0');
    const said = await ask('update-schema', '--schema-name', schema);
    const versions = [...said.matchAll(/(?:updated from \S+ to|current version) (\d+(?:\.\d+)+)/g)];
    prepared.push({ database, schema: versions.at(-1)?.[1] ?? 'unknown' });
  }
  return prepared;
}

async function askTool(tool: string, database: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(tool, args, {
      env: { ...process.env, SQL_PLUGIN: 'postgres12', SQL_DATABASE: database },
      timeout: EACH_MS,
      maxBuffer: 64 * 1_048_576,
    });
    return `${stdout}${stderr}`;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT')
      throw new InvalidInputError([
        `there is no program ${tool}: install it (go install go.temporal.io/server/cmd/tools/sql@VERSION of the server), and name it with --sql-tool`,
      ]);
    throw new InvalidInputError([
      `the database ${database} cannot be prepared (${args.join(' ')}): ${reasonOf(error)}. Check SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD, and that the user may create databases`,
    ]);
  }
}

/** What the tool says last. */
function reasonOf(error: unknown): string {
  const printed =
    error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' ? error.stdout : '';
  return printed.trim().split('\n').at(-1) ?? errorMessage(error);
}
