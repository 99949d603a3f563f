const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

/** Mocha's own report, and in the file that GURUKUL_TALLY names its counts and the seconds of each file, longest first. */
module.exports = class TallyReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const took = new Map();
    for (const event of ['test end', 'hook end'])
      runner.on(event, ({ file, duration = 0 }) => took.set(file, (took.get(file) ?? 0) + duration));
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const files = [...took]
        .filter(([file]) => file !== undefined)
        .sort(([, a], [, b]) => b - a)
        .map(([file, ms]) => ({ file, seconds: Math.round(ms / 1000) }));
      const tally = { passed: passes, failed: failures, skipped: pending, files };
      if (process.env.GURUKUL_TALLY) writeFileSync(process.env.GURUKUL_TALLY, JSON.stringify(tally));
    });
  }
};
