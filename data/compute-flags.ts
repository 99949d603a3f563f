/**
 * Processes that compute run side by side, one per core: the time that V8's helper threads spend on one is taken from the
 * others. So garbage is collected in the process's own thread, and a larger young generation leaves less to
 * collect. Incremental marking keeps a user interface responsive; with large arrays in memory it starts over
 * and over, and took a sixth of a trainer's time.
 */
const HEAP_FLAGS = ['--single-threaded-gc', '--no-incremental-marking', '--max-semi-space-size=64'];
/**
 * A function runs three times as long as by default before a helper thread optimizes it. That halves the
 * helpers' work and costs the process itself nothing measurable. Fewer functions are compiled into their callers: of
 * seven cohorts on two cores, 2 % less processor time; of the figures of a run, a tenth less. Later versions of V8
 * (from Node 22) have another compiler in between and refuse the first flag.
 */
const COMPILE_FLAGS = process.versions.v8.startsWith('11.')
  ? ['--interrupt-budget=400000', '--max-inlined-bytecode-size-cumulative=300']
  : [];

/** Flags of Node.js that workers and trainers run with. */
export const COMPUTE_FLAGS: readonly string[] = [...HEAP_FLAGS, ...COMPILE_FLAGS];
