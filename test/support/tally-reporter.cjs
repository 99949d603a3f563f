const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

/** Mocha's own report, and its counts in the file that GURUKUL_TALLY names. */
module.exports = class TallyReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const tally = { passed: passes, failed: failures, skipped: pending };
      if (process.env.GURUKUL_TALLY) writeFileSync(process.env.GURUKUL_TALLY, JSON.stringify(tally));
    });
  }
};
