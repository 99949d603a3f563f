import { SdkComponent } from '@temporalio/common';
import { DefaultLogger } from '@temporalio/worker';
import type { Logger as TemporalLogger } from '@temporalio/worker';
import { destination, pino } from 'pino';
import type { Logger } from 'pino';

import { maskSecrets } from '../data/secrets/secrets.js';

const SECRET_KEYS = ['apiKey', 'token', 'password', 'secret', 'authorization', 'clientKey'];

/**
 * A pino logger of JSON lines on standard error, unbuffered: a line that was logged is out, whatever
 * happens to the process next. No secret that this process knows is in it. The level comes from `GURUKUL_LOG_LEVEL`.
 */
export function createLogger(bindings: Readonly<Record<string, unknown>>): Logger {
  const out = destination({ fd: 2, sync: true });
  return pino(
    {
      level: process.env['GURUKUL_LOG_LEVEL'] ?? 'info',
      base: bindings,
      // Secrets that this process does not know, by the names they usually have.
      redact: [...SECRET_KEYS, ...SECRET_KEYS.map((key) => `*.${key}`)],
    },
    { write: (line: string) => out.write(maskSecrets(line)) },
  );
}

/**
 * Temporal's own log lines through ours, those of its native core too, which would else go to stdout.
 *
 * @param onCoreError Called with every error of the core. It alone says why a worker failed: the error that the
 *   worker then throws has no message.
 */
export function temporalLogger(log: Logger, onCoreError: (message: string) => void): TemporalLogger {
  return new DefaultLogger('INFO', ({ level, message, meta }) => {
    const { error, ...others }: Readonly<Record<string, unknown>> = meta ?? {};
    const fields = error === undefined ? others : { ...others, err: error };
    if (level === 'ERROR' && others['sdkComponent'] === SdkComponent.core) onCoreError(message);
    // `warn` and above are an operator's business; the SDK's `info` reports every workflow.
    if (level === 'ERROR') log.error(fields, message);
    else if (level === 'WARN') log.warn(fields, message);
    else log.debug(fields, message);
  });
}
