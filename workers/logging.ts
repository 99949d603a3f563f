import { DefaultLogger } from '@temporalio/worker';
import type { Logger as TemporalLogger } from '@temporalio/worker';
import { destination, pino } from 'pino';
import type { Logger } from 'pino';

import { withoutSecrets } from '../data/secrets.js';

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
      // Secrets that nobody told us of, by the names they usually have.
      redact: [...SECRET_KEYS, ...SECRET_KEYS.map((key) => `*.${key}`)],
    },
    { write: (line: string) => out.write(withoutSecrets(line)) },
  );
}

/** Temporal's own log lines through ours. */
export function temporalLogger(log: Logger): TemporalLogger {
  return new DefaultLogger('INFO', ({ level, message, meta }) => {
    // `warn` and above are an operator's business; the SDK's `info` tells of every workflow.
    if (level === 'ERROR') log.error(meta ?? {}, message);
    else if (level === 'WARN') log.warn(meta ?? {}, message);
    else log.debug(meta ?? {}, message);
  });
}
