/** What the store of a home is made of where it is a folder (data/store/store.ts). */
const FOLDER_STORE =
  '^data/store/(files|replace-file|remove-folder|folder-(store|pointer|publication))\\.ts$';

/**
 * What lies on the disk of the machine, whatever the store is: docs/reference/files.md lists it. These modules open files
 * themselves.
 */
const OPENS_FILES = [
  FOLDER_STORE,
  // Logs that grow line by line, and notes on where they stand.
  '^data/store/(json-lines|telemetry-files|remove-run)\\.ts$',
  '^data/telemetry/',
  '^data/bars/fetched-bars\\.ts$',
  '^data/sources/lease-log\\.ts$',
  '^client/dashboard/server/training/window-outcomes\\.ts$',
  // Checkpoints and partial files of a trainer, feature tables that trainers share.
  '^activities/model/units/(checkpoint|run-unit)\\.ts$',
  '^activities/market/stored/',
  // Which store a home has, and copies of a remote one's contents.
  '^data/store/open-store\\.ts$',
  '^data/store/s3/local-copies\\.ts$',
  // What ingests know of bar files: a file's inode and times mean nothing on another machine.
  '^data/store/file-state\\.ts$',
  '^activities/ingest/known-series\\.ts$',
  // Bundles in a folder that anybody may have filled: a published one is opened with Store.localFolder.
  '^activities/audit/(read-bundle|diff/compared-bundle)\\.ts$',
  '^activities/promote/bundle-claims\\.ts$',
  '^client/cli/(algorithm|headline)\\.ts$',
  '^client/dashboard/server/release/(bundles|provenance)\\.ts$',
  // Keys, secrets, and who may open the home's files.
  '^data/(signing|secrets)/',
  '^data/store/(home|links|open-files|open-folders|private-file|private-folder)\\.ts$',
  // What the user hands over: bars, lists, policies.
  '^data/(actions|policy|sources/csv|symbols|universe)/',
  '^data/decisions/read-release-policy\\.ts$',
  '^data/store/(read-bounded|read-regular)\\.ts$',
  // What the user asks for: a page, a table, a teacher.
  '^data/store/new-folder\\.ts$',
  '^client/cli/(examine-provider|verbs/(ingest|score|logs))\\.ts$',
  // The program itself, its reference data, and whether the home can be written at all.
  '^data/(calendar/calendar|fault-points)\\.ts$',
  '^data/store/(code-version|package-root)\\.ts$',
  '^activities/(audit|plan)/index\\.ts$',
  '^workers/build-workflow-bundle\\.ts$',
  // The embedded server of this machine.
  '^client/embedded/(program-change|start-log)\\.ts$',
];

/**
 * The one direction of imports: client → workflows → activities (types) → data, workers → all of these.
 * Nothing imports client or workers. temporal-config serves client and workers; scripts stands alone, since set-up
 * runs before anything is installed. Tests import anything.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'nothing-imports-client',
      comment: 'client is the outermost ring.',
      severity: 'error',
      from: { pathNot: '^(client|test)/' },
      to: { path: '^client/' },
    },
    {
      name: 'commands-load-verbs-late',
      comment:
        'Help and usage errors load commands/ alone: what a verb needs is imported when the verb is called.',
      severity: 'error',
      from: {
        path: '^client/cli/(main|cli|program|run-flags|shared-flags|complete|completion-script|describe-commands|commands/.*)\\.ts$',
      },
      to: {
        path: '^(activities|workflows|workers|temporal-config|client/embedded|client/runs|client/cli/verbs)/|^node_modules/(?!commander/)',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'client-imports-pure-code-of-steps',
      comment:
        'plan, leaks, score, ingest --verify, actions check, diff, explain, export, audit verify, the dashboard and approve --dry-run compute what they show here, without a server: they call the ' +
        'pure code of the steps by these modules, so that they cannot differ from what a run does. Nothing else.',
      severity: 'error',
      from: { path: '^client/' },
      to: {
        path: '^activities/',
        pathNot:
          '^activities/(audit/(diff/(causes|compare-bundles)|explain-probability|export-teacher|read-bundle|verify)|ingest/(compare-universe|ingest-in-memory)|leaks/measure-leaks|score/(score-models|score-rows|score-targets)|stats/log-loss|charts/[a-z-]+|' +
          'plan/(label-notice|plan-notes|unknown-labels|windows)|promote/transition|market/(bar-slots|load-feature-table|membership|sectors|usable-until)|texts/(coverage/coverage-(csv|html|outcome)|member-sessions))\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'dashboard-page-knows-the-contract',
      comment:
        'The page runs in a browser: of this program it knows what the server answers, and pure code that draws.',
      severity: 'error',
      from: { path: '^client/dashboard/page/' },
      to: {
        path: '^(client|activities|workflows|workers|data|temporal-config|scripts)/',
        pathNot: '^(client/dashboard/(page|contract|figures)|activities/charts)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'dashboard-stands-apart-from-commands',
      comment: 'What the commands do is handed to it by client/cli/verbs/dashboard.ts.',
      severity: 'error',
      from: { path: '^client/dashboard/' },
      to: { path: '^client/(cli|embedded)/' },
    },
    {
      name: 'nothing-imports-workers',
      comment: 'A worker is a process: it is started, not imported.',
      severity: 'error',
      from: { pathNot: '^(workers|test)/' },
      to: { path: '^workers/' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'data-stands-alone',
      comment: 'data is the innermost ring.',
      severity: 'error',
      from: { path: '^data/' },
      to: { path: '^(activities|workflows|temporal-config)/' },
    },
    {
      name: 'one-door-to-the-store',
      comment:
        'What runs leave behind is read and written through Home.store (data/store/store.ts), so that it can lie elsewhere than ' +
        'in a folder.',
      severity: 'error',
      from: { path: '^(activities|data)/', pathNot: OPENS_FILES },
      to: { path: '^(node:)?fs(/promises)?$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'files-of-the-machine',
      comment:
        'The same for the helpers that open files by their paths: data/store/stored-files.ts has those of the store.',
      severity: 'error',
      from: { path: '^(activities|client|data|workers)/', pathNot: OPENS_FILES },
      to: { path: FOLDER_STORE },
    },
    {
      name: 'activities-import-data-alone',
      comment: 'What an activity needs from a process (a trainer, a client) is handed to it.',
      severity: 'error',
      from: { path: '^activities/' },
      to: { path: '^(workflows|temporal-config)/' },
    },
    {
      name: 'workflows-import-activities-as-types',
      comment: 'The code of an activity does not belong into the deterministic bundle.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-stay-out-of-the-process',
      comment: 'The bundle runs in a sandbox: no configuration, no Node.js modules.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^temporal-config/' },
    },
    {
      name: 'workflows-use-no-node-modules',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-import-schemas-as-types',
      comment:
        'zod stays out of the bundle: input is parsed in the plan activity. run-choices has plain values only.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^(data/schemas/(?!run-choices)|node_modules/zod)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflow-helpers-import-no-workflow',
      comment:
        'What a workflow is given and answers is in workflows/contract; another one is started by its name.',
      severity: 'error',
      from: { path: '^workflows/[^/]+/' },
      to: { path: '^workflows/[^/]+$' },
    },
    {
      name: 'workflows-are-known-by-their-contract',
      comment: 'Others import the contract, and the workflows themselves for their types.',
      severity: 'error',
      from: { pathNot: '^(workflows|test)/' },
      to: { path: '^workflows/(?!contract/|[^/]+$)' },
    },
    {
      name: 'workflow-contract-stands-alone',
      severity: 'error',
      from: { path: '^workflows/contract/' },
      to: { path: '^workflows/(?!contract/)' },
    },
    {
      name: 'workflow-shared-knows-the-contract-alone',
      severity: 'error',
      from: { path: '^workflows/shared/' },
      to: { path: '^workflows/(?!contract/|shared/)' },
    },
    {
      name: 'temporal-config-knows-messages-alone',
      severity: 'error',
      from: { path: '^temporal-config/' },
      to: { path: '^activities/' },
    },
    {
      name: 'scripts-stand-alone',
      comment: 'Set-up runs before anything is installed or compiled: Node.js modules and its own alone.',
      severity: 'error',
      from: { path: '^scripts/' },
      to: { pathNot: '^scripts/', dependencyTypesNot: ['core', 'type-only'] },
    },
    {
      name: 'results-know-no-scripts',
      comment: 'What computes a result does not depend on how a machine was set up.',
      severity: 'error',
      from: { path: '^(activities|data|workflows)/' },
      to: { path: '^scripts/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-circles-of-folders',
      comment: 'Rooms depend on each other one way: what two of them share has a room of its own.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    {
      name: 'steps-import-no-step',
      comment:
        'What two steps need has a room. Only promote uses audit: a decision verifies and compares what audit has sealed. Score uses ' +
        'what audit has sealed, on bars that it reads as ingest does.',
      severity: 'error',
      from: { path: '^activities/(plan|ingest|teach|distill|stress|validate|audit|promote)/' },
      to: {
        path: '^activities/(plan|ingest|teach|distill|stress|validate|audit|promote|score)/',
        pathNot: '^activities/($1/|audit/(verify(-report)?|compare-on-same-rows)\\.ts$)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'score-uses-what-is-sealed',
      comment:
        'Of other steps score knows the reader of sealed bundles and of their files, and the ingest in memory.',
      severity: 'error',
      from: { path: '^activities/score/' },
      to: {
        path: '^activities/(plan|ingest|teach|distill|validate|audit|promote)/',
        pathNot:
          '^activities/(audit/(bundle-content|bundle-facts|bundle-layout|sealed-bundle)|ingest/ingest-in-memory)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'steps-share-through-rooms',
      comment:
        'What steps share is in charts/, figures/, inference/, market/, model/, stats/, texts/ or trainer/, which know no step.',
      severity: 'error',
      from: { path: '^activities/(charts|figures|inference|market|model|stats|texts|trainer)/' },
      to: { path: '^activities/(plan|ingest|teach|distill|stress|validate|audit|promote|score)/' },
    },
    {
      name: 'figures-are-pure',
      comment:
        'They are computed again by whoever verifies a bundle, without Temporal and without a trainer.',
      severity: 'error',
      from: { path: '^activities/figures/' },
      to: { path: '(^activities/trainer|node_modules/@temporalio)/' },
    },
    {
      name: 'charts-are-pure',
      comment: 'The same code draws in bundles and in the browser: it knows no Node.js and no step.',
      severity: 'error',
      from: { path: '^activities/(charts/|texts/(html|format-numbers)\\.ts$)' },
      to: {
        path: '^(activities|data|workflows)/|^[a-z:]+$',
        pathNot:
          '^(activities/(charts/|texts/(html|format-numbers)\\.ts$)|data/text/safe-text\\.ts$|node_modules/)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'inference-imports-data-alone',
      comment: 'A model is computed wherever it is used: without TensorFlow, Temporal or the engine.',
      severity: 'error',
      from: { path: '^activities/inference/' },
      to: { path: '(^activities/(?!inference/)|node_modules/(@tensorflow|@temporalio)/)' },
    },
    {
      name: 'model-knows-no-activity',
      comment: 'Results depend on market/ and model/ alone; neither knows Temporal or a process.',
      severity: 'error',
      from: { path: '^activities/(market|model|stats)/' },
      to: { path: '(^activities/(trainer|texts)|node_modules/@temporalio)/' },
    },
    {
      name: 'no-development-packages',
      comment: 'What runs in production is a dependency.',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'undetermined'] },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
};
