import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { startDevServer } from '../../../temporal-config/dev-server.js';

/** A process that starts a home's server, reports it, and stays or exits without stopping it. */
await startDevServer({ home: new Home(process.argv[2] ?? ''), packageRoot });
process.send?.('started');
if (process.argv[3] === 'exit') process.exit(0);
setInterval(() => undefined, 1_000);
