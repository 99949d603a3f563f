const { readFileSync, writeFileSync } = require('node:fs');
const { format } = require('node:util');
const { reporters } = require('mocha');

/**
 * Mocha's own report, by the tiers of the file that GURUKUL_TEST_PLAN names, and in the file that GURUKUL_TALLY names
 * its counts and those of each test file with its seconds, longest first.
 */
module.exports = class TallyReporter extends reporters.Spec {
  constructor(runner, options) {
    // Before Mocha's own listeners: they write what is put into order.
    if (process.env.GURUKUL_TEST_PLAN)
      showByTier(runner, JSON.parse(readFileSync(process.env.GURUKUL_TEST_PLAN, 'utf8')));
    super(runner, options);
    const files = new Map();
    const tallyOf = (file) => {
      if (!files.has(file)) files.set(file, { ms: 0, passed: 0, failed: 0, skipped: 0 });
      return files.get(file);
    };
    for (const event of ['test end', 'hook end'])
      runner.on(event, ({ file, duration = 0 }) => (tallyOf(file).ms += duration));
    runner.on('pass', ({ file }) => (tallyOf(file).passed += 1));
    runner.on('fail', ({ file }) => (tallyOf(file).failed += 1));
    runner.on('pending', ({ file }) => (tallyOf(file).skipped += 1));
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const named = [...files]
        .filter(([file]) => file !== undefined)
        .sort(([, a], [, b]) => b.ms - a.ms)
        .map(([file, { ms, ...counts }]) => ({ file, seconds: Math.round(ms / 1000), ...counts }));
      const tally = { passed: passes, failed: failures, skipped: pending, files: named };
      if (process.env.GURUKUL_TALLY) writeFileSync(process.env.GURUKUL_TALLY, JSON.stringify(tally));
    });
  }
};

/**
 * Writes what files of one tier say under one heading, although they run beside those of other tiers: what a later tier
 * says is kept until the one before has ended.
 */
function showByTier(runner, plan) {
  const { Base } = reporters;
  const write = Base.consoleLog;
  const tiers = plan.map(({ tier, files }) => ({
    heading: [`\n── ${tier} ──`],
    open: new Set(files),
    said: [],
  }));
  const tierOf = new Map(tiers.flatMap((tier) => [...tier.open].map((file) => [file, tier])));
  const show = ({ heading, said }) => {
    if (said.length > 0) write([...heading.splice(0), ...said.splice(0)].join('\n'));
  };
  if (!runner.isParallelMode()) {
    for (const { heading } of tiers) write(heading.join());
    return;
  }
  // Mocha hands over a file when it has ended: all its events, one after another.
  let lines = [];
  let file;
  Base.consoleLog = (...args) => lines.push(format(...args));
  for (const event of ['test end', 'hook end', 'pending', 'fail'])
    runner.on(event, (runnable) => (file = runnable.file ?? file));
  runner.on('suite end', ({ root }) => {
    const tier = tierOf.get(file) ?? tiers[0];
    if (!root || tier === undefined) return;
    tier.said.push(...lines);
    tier.open.delete(file);
    lines = [];
    file = undefined;
    for (; tiers[0] !== undefined; tiers.shift()) {
      show(tiers[0]);
      if (tiers[0].open.size > 0) break;
    }
  });
  const showAll = () => {
    for (const tier of tiers.splice(0)) show(tier);
    if (lines.length > 0) write(lines.splice(0).join('\n'));
    Base.consoleLog = write;
  };
  runner.once('end', showAll);
  process.once('exit', showAll);
}
