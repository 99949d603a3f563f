import temporal from 'eslint-plugin-temporal';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Anything that reads a clock or draws an unseeded number. The results of a run must be the same bit for
 * bit whenever and wherever they are made, so these stay out of everything that computes one.
 */
const NONDETERMINISTIC = [
  { object: 'Date', property: 'now', message: 'No clock on the deterministic path: pass the time in.' },
  { object: 'Math', property: 'random', message: 'Use randomStream of data/random.ts, seeded by purpose.' },
  { object: 'performance', property: 'now', message: 'No clock on the deterministic path.' },
  { object: 'process', property: 'hrtime', message: 'No clock on the deterministic path.' },
  { object: 'process', property: 'uptime', message: 'No clock on the deterministic path.' },
  { object: 'crypto', property: 'randomUUID', message: 'Derive ids from data.' },
  { object: 'crypto', property: 'randomBytes', message: 'Use randomStream of data/random.ts.' },
  { object: 'tf', property: 'randomNormal', message: 'Give weights from randomStream of data/random.ts.' },
  { object: 'tf', property: 'randomUniform', message: 'Give weights from randomStream of data/random.ts.' },
];

/**
 * What the language leaves to the engine: its versions differ in the last digit, and results with them. Sums,
 * products, quotients and square roots are exact everywhere.
 */
const ENGINE_DEPENDENT = (
  'acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot ' +
  'log log10 log1p log2 pow sin sinh tan tanh'
)
  .split(' ')
  .map((property) => ({
    object: 'Math',
    property,
    message: 'Its last digit depends on the engine: use data/math, or add what is missing there.',
  }));

const ENGINE_DEPENDENT_SYNTAX = ['BinaryExpression', 'AssignmentExpression'].map((node) => ({
  selector: `${node}[operator=/^\\*\\*/]`,
  message: 'Its last digit depends on the engine: use square or pow of data/math.',
}));

const NONDETERMINISTIC_SYNTAX = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'No clock on the deterministic path: pass the time in.',
  },
  {
    selector: "CallExpression[callee.name='Date']",
    message: 'No clock on the deterministic path: pass the time in.',
  },
  {
    selector: "CallExpression[callee.property.name='localeCompare']",
    message: 'The order depends on the machine: compare with < and >.',
  },
  {
    selector: 'CallExpression[callee.property.name=/^toLocale/]',
    message: 'The text depends on the machine: format it explicitly.',
  },
];

const NONDETERMINISTIC_IMPORTS = {
  paths: [
    {
      name: 'node:crypto',
      importNames: ['randomUUID', 'randomBytes', 'randomInt'],
      message: 'Use randomStream of data/random.ts, or derive ids from data.',
    },
    {
      name: 'node:perf_hooks',
      message: 'No clock on the deterministic path.',
    },
  ],
};

/** The files that hold workflows; the folders in workflows/ hold what they call. */
const WORKFLOW_DEFINITIONS = ['workflows/*.ts'];

export default defineConfig(
  globalIgnores(['dist/', 'var/', 'node_modules/', 'test/golden/']),

  {
    name: 'gurukul/typescript',
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unsafe-type-assertion': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Numbers, dates and counts go straight into messages here; objects still may not.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => stop()` is clearer than braces when the caller takes void.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // An index signature is read as obj['KEY'] (noPropertyAccessFromIndexSignature).
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // Loops over typed arrays need their index: features and labels run side by side.
      '@typescript-eslint/prefer-for-of': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },

  {
    name: 'gurukul/deterministic',
    files: ['workflows/**/*.ts', 'activities/**/*.ts', 'data/**/*.ts'],
    // Telemetry has times; a server of objects is asked again after random delays, and no result depends on it.
    ignores: ['data/telemetry/**', 'data/store/s3/**'],
    rules: {
      'no-restricted-properties': ['error', ...NONDETERMINISTIC, ...ENGINE_DEPENDENT],
      'no-restricted-syntax': ['error', ...NONDETERMINISTIC_SYNTAX, ...ENGINE_DEPENDENT_SYNTAX],
      'no-restricted-imports': ['error', NONDETERMINISTIC_IMPORTS],
    },
  },
  {
    // They keep clocks and processes, and compute what a result is made of.
    name: 'gurukul/trainers',
    files: ['workers/tensor/**/*.ts', 'workers/trainer/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', ...ENGINE_DEPENDENT],
      'no-restricted-syntax': ['error', ...ENGINE_DEPENDENT_SYNTAX],
    },
  },

  {
    name: 'gurukul/workflows',
    files: ['workflows/**/*.ts'],
    extends: [temporal.configs.workflow],
    rules: {
      // The clock of a workflow is its history's own; Math.random stays banned although it is seeded.
      'no-restricted-properties': [
        'error',
        ...NONDETERMINISTIC.filter(({ object }) => object !== 'Date'),
        ...ENGINE_DEPENDENT,
      ],
      // It takes setHandler, which returns nothing, for a promise; the typed rule knows better.
      'temporal/workflow-no-floating-promises': 'off',
      // The ids of units are data, so every activity call is idempotent by its arguments already.
      'temporal/workflow-require-idempotency-key-arg': 'off',
      // A run may be paused, and a cohort wait for a worker, for days.
      'temporal/workflow-condition-timeout-style': 'off',
      // Every test that runs a workflow replays its histories.
      'temporal/workflow-replay-testing-required-comment': 'off',
      // Queries and updates spell their arguments out, also where there are none.
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
    },
  },
  {
    // These rules take every exported function for a workflow.
    name: 'gurukul/workflow-helpers',
    files: ['workflows/**/*.ts'],
    ignores: WORKFLOW_DEFINITIONS,
    rules: {
      'temporal/workflow-prefer-single-object-args': 'off',
      'temporal/workflow-no-nonserializable-types-in-payloads': 'off',
    },
  },
  {
    name: 'gurukul/activities',
    files: ['activities/**/activities.ts', 'activities/**/index.ts'],
    extends: [temporal.configs.activity],
    rules: {
      // GurukulError is the one error type; it becomes an ApplicationFailure in one place.
      'temporal/activity-prefer-applicationfailure': 'off',
    },
  },
  {
    name: 'gurukul/workers',
    files: ['workers/**/*.ts'],
    extends: [temporal.configs.worker],
    rules: {
      // A worker is where the activities' parts are put together, so it imports them.
      'temporal/worker-no-workflow-or-activity-definitions': 'off',
    },
  },
  {
    name: 'gurukul/clients',
    files: ['client/**/*.ts'],
    extends: [temporal.configs.client],
  },

  {
    name: 'gurukul/tests',
    files: ['test/**/*.ts'],
    rules: {
      // chai's assertions are property reads: expect(x).to.be.true
      '@typescript-eslint/no-unused-expressions': 'off',
      // A skipped test says why on the console.
      'no-console': 'off',
    },
  },

  {
    name: 'gurukul/scripts',
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { ecmaVersion: 2023, sourceType: 'module' },
    rules: {
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-unused-vars': 'error',
      'object-shorthand': 'error',
    },
  },
);
