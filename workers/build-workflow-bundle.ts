import { writeFileAtomic } from '../data/store/files.js';
import { PREBUILT_BUNDLE, bundleWorkflows } from './workflow-bundle.js';

// The build's last step: workers then start without bundling.
const { code } = await bundleWorkflows();
await writeFileAtomic(PREBUILT_BUNDLE, code);
