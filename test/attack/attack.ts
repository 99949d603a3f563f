import { print } from '../bench/program.js';
import { CATALOGUE } from './catalogue.js';
import { attackProgram } from './program.js';

/*
 * `npm run attack -- --seed S --attacks N --only KIND`: attacks bundles, decisions and input files of a fresh home in
 * every way of the catalogue.
 */

process.exitCode = await attackProgram(process.argv.slice(2), CATALOGUE, {
  print,
  note: (line) => process.stderr.write(`${line}\n`),
});
