// @ts-check

/**
 * The versions that set-up brings and the doctor checks, in one place. Plain JavaScript because set-up
 * reads it before anything is installed or compiled.
 */

/** The oldest Node.js that runs the project. */
export const NODE_MINIMUM = '20.19.0';

/**
 * The Temporal CLI, which carries the development server.
 * 1.5.1 is the newest tag that `go install` accepts: later ones carry a `replace` in their go.mod.
 */
export const TEMPORAL_CLI = {
  version: '1.5.1',
  server: '1.29.1',
  goPackage: 'github.com/temporalio/cli/cmd/temporal',
};

/**
 * TensorFlow's C library, taken out of its Python wheel. 2.15.1 was measured to work with the binding of
 * @tensorflow/tfjs-node-gpu 4.22.0; the digests are those of the official wheels.
 */
export const TENSORFLOW = {
  version: '2.15.1',
  pythonVersion: '3.11',
  wheels: {
    'linux-x64-cpu': {
      distribution: 'tensorflow-cpu',
      platforms: ['manylinux_2_17_x86_64', 'manylinux_2_27_x86_64'],
      sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
      megabytes: 207,
    },
    'linux-x64-cuda': {
      distribution: 'tensorflow',
      platforms: ['manylinux_2_17_x86_64', 'manylinux_2_27_x86_64'],
      sha256: 'bb0edd69103c154245c5f209f0507355cc68ba7e4de350084bc31edc562478e4',
      megabytes: 475,
    },
    'linux-arm64-cpu': {
      distribution: 'tensorflow-cpu-aws',
      platforms: ['manylinux_2_17_aarch64', 'manylinux_2_27_aarch64'],
      sha256: 'd4c3a3a9363bf42999adedbbd514e3a133be2d62f61fee9cfa46aaefb087c09e',
      megabytes: 212,
    },
  },
};
