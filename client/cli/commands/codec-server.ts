import type { Command } from 'commander';

import type { Cli } from '../cli.js';

const USUAL_UI = 'http://127.0.0.1:8233';

/** `gurukul codec-server`: decrypts payloads for the Web UI. */
export function addCodecServerCommand(program: Command, cli: Cli): void {
  program
    .command('codec-server')
    .description('decrypts payloads for the Web UI and the temporal command, until Ctrl-C')
    .option('--port <port>', 'port to listen on', '8081')
    .option('--host <address>', 'address to listen on; anyone who reaches it can read payloads', '127.0.0.1')
    .option('--ui <addresses...>', 'Web UIs whose pages may ask', [
      process.env['TEMPORAL_UI_URL'] ?? USUAL_UI,
    ])
    .option('--json', 'one line of JSON on stdout when it listens')
    .action(async (flags: object) => {
      const { codecServer } = await import('../verbs/codec-server.js');
      process.exitCode = await codecServer(cli, flags);
    });
}
