#!/usr/bin/env node
import { flushed, processCli } from './cli.js';
import { buildProgram } from './program.js';
import { reportError } from './report-error.js';

const cli = processCli();
// What is thrown outside of any promise, say in a timer, is reported like everything else.
process.on('uncaughtException', (error) => process.exit(reportError(cli, error, new Date())));
try {
  await buildProgram(cli).parseAsync();
} catch (error) {
  process.exitCode = reportError(cli, error, new Date());
}
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// A connection may keep a socket a little longer; nothing waits for it any more.
process.exit();
