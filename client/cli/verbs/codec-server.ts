import { z } from 'zod';

import { InvalidInputError } from '../../../data/errors.js';
import { parseInput } from '../../../data/schemas/parse-input.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { aborted, takeInterrupts } from '../interrupt.js';

const flagsSchema = z.object({
  port: z.coerce.number({ error: 'must be a number' }).int().min(0).max(65_535),
  host: z.string().min(1, 'must be an address to listen on, such as 127.0.0.1'),
  ui: z.array(z.url({ protocol: /^https?$/, error: 'must be an address such as http://127.0.0.1:8233' })),
  json: z.boolean().default(false),
});
type Flags = z.output<typeof flagsSchema>;

/** Decrypts payloads for the Web UI, until Ctrl-C. */
export async function codecServer(cli: Cli, flags: object): Promise<ExitCode> {
  return serve(
    cli,
    parseInput(flagsSchema, flags, (name) => `--${name}`),
  );
}

async function serve(cli: Cli, { port, host, ui, json }: Flags): Promise<ExitCode> {
  // Loaded when needed: they bring the SDK along.
  const [{ payloadKeys }, { startCodecServer, originsOf }] = await Promise.all([
    import('../../../temporal-config/payload-keys.js'),
    import('../../../temporal-config/codec-server.js'),
  ]);
  const keys = payloadKeys();
  if (keys === undefined)
    throw new InvalidInputError([
      'there are no encryption keys: set GURUKUL_ENCRYPTION_KEYS or GURUKUL_ENCRYPTION_KEYS_FILE, as for the workers',
    ]);
  const interrupts = takeInterrupts();
  const server = await startCodecServer({ keys, host, port, origins: ui.flatMap(originsOf) });
  try {
    if (json) cli.out(JSON.stringify({ url: server.url, ui, keys: [...keys.byId.keys()], pid: process.pid }));
    else
      cli.out([
        `Codec server ${server.url} for ${ui.join(', ')}; keys ${[...keys.byId.keys()].join(', ')}`,
        'Name it as "Remote codec endpoint" in the Web UI (glasses, upper right). Ctrl-C ends it.',
      ]);
    await aborted(interrupts.signal);
    return EXIT.ok;
  } finally {
    await server.close();
    interrupts.dispose();
  }
}
