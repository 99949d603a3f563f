import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { packageRoot } from '../../data/store/package-root.js';
import { drawRecording, readRecording } from './terminal-picture.js';

/**
 * `npm run docs:picture -- FILE`: draws docs/images/run.svg of a recorded run. FILE comes from a terminal:
 * `script -qfc "npm start -- --run-id first" FILE`, in a home without runs.
 */
const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('name the file that `script -qfc "npm start -- --run-id first" FILE` has written\n');
  process.exitCode = 2;
} else {
  const text = readFileSync(file, 'utf8')
    .replaceAll(/^port \d+ is in use.*$/gm, '')
    // npm's spinner.
    .replaceAll(/[\u2801-\u28ff]/g, '')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:8233')
    .replaceAll(/\/\S+\/var\//g, '/home/you/gurukul/var/');
  const picture = path.join(packageRoot, 'docs', 'images', 'run.svg');
  writeFileSync(picture, drawRecording(readRecording(text), 'npm start -- --run-id first'));
  process.stdout.write(`${picture}\n`);
}
