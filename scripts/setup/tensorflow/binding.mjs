// @ts-check
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

import { onPath, run, tail } from '../../shared/command.mjs';
import { SetupProblem } from '../../shared/problem.mjs';

/** @returns {string} A C++ compiler. */
export function needCompiler() {
  const compiler = onPath('g++') ?? onPath('c++') ?? onPath('clang++');
  if (compiler === undefined)
    throw new SetupProblem(
      'building its binding needs a C++ compiler (on Debian or Ubuntu: apt install g++)',
    );
  return compiler;
}

/**
 * Compiles the binding of @tensorflow/tfjs-node-gpu. It is plain N-API code of one file or two, so the
 * headers of the package node-api-headers and one call of the compiler are enough.
 * @param {{ compiler: string, root: string, include: string, made: string }} request `include`: TensorFlow's
 *   headers; `made`: the folder with deps/lib, which gets lib/napi-v8.
 */
export async function compileBinding({ compiler, root, include, made }) {
  const sources = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'binding');
  const napi = path.join(root, 'node_modules', 'node-api-headers', 'include');
  if (!existsSync(napi)) throw new SetupProblem(`the package node-api-headers is missing in ${napi}`);
  const target = path.join(made, 'lib', 'napi-v8');
  mkdirSync(target, { recursive: true });
  const outcome = await run(
    compiler,
    [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
      ...['-I', napi, '-I', sources, '-I', include],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => path.join(sources, file)),
      ...['-o', path.join(target, 'tfjs_binding.node')],
      ...['-L', path.join(made, 'deps', 'lib'), '-ltensorflow', '-ltensorflow_framework'],
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ],
    { timeoutMs: 10 * 60_000 },
  );
  if (!outcome.ok) throw new SetupProblem(`the binding does not compile:\n${tail(outcome.output, 12)}`);
}
