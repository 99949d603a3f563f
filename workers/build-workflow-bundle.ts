import { writeFileSafely } from '../data/store/files.js';
import { PREBUILT_BUNDLE, bundleWorkflows } from './workflow-bundle.js';

// The build's last step: workers then start without bundling.
const { code } = await bundleWorkflows();
await writeFileSafely(PREBUILT_BUNDLE, code);
