// @ts-check

/**
 * The versions that set-up installs and the doctor checks, in one place. Plain JavaScript because set-up
 * reads it before anything is installed or compiled.
 */

/** The oldest Node.js that runs the project. */
export const NODE_MINIMUM = '20.20.2';

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
 * TensorFlow's C library, taken out of its Python wheel. 2.15.1 works with the binding of
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

/**
 * The libraries of CUDA that TensorFlow's CUDA library loads when it finds a device, in the versions that the
 * wheel of TensorFlow 2.15.1 names (`tensorflow[and-cuda]`); the digests are those of the official wheels.
 */
export const CUDA = {
  version: '12.2',
  megabytes: 1578,
  /** Wheels and what is taken out of them, side by side. */
  spaceMegabytes: 3200,
  platforms: ['manylinux1_x86_64', 'manylinux2014_x86_64'],
  wheels: [
    {
      distribution: 'nvidia-cublas-cu12',
      version: '12.2.5.6',
      sha256: 'f448d8db463f9a2c7dd9a1e607c0961d3e95f825b86839c5882f7d073d406df0',
    },
    {
      distribution: 'nvidia-cuda-runtime-cu12',
      version: '12.2.140',
      sha256: 'acb9cb7e44594a3512533497ea790d9f0b0e399abcc888584c157d1ffa080e41',
    },
    {
      distribution: 'nvidia-cudnn-cu12',
      version: '8.9.4.25',
      sha256: '9f882d5b11753c566fd32427839089eb4f8ba7a58c28446ad359e32c40229723',
    },
    {
      distribution: 'nvidia-cufft-cu12',
      version: '11.0.8.103',
      sha256: '72e961e578f9be9e316ccb4db8652c421dd0b57442624faa71061d452f449a67',
    },
    {
      distribution: 'nvidia-cusolver-cu12',
      version: '11.5.2.141',
      sha256: '5a85c4653ce34339a5688137f494a0f903e0f0532418550998167f00844161da',
    },
    {
      distribution: 'nvidia-cusparse-cu12',
      version: '12.1.2.141',
      sha256: '4e13d6a51d2303dcb2a023ba09546811161f0334fc64e13689397bbd3b1eb126',
    },
    {
      distribution: 'nvidia-nvjitlink-cu12',
      version: '12.2.140',
      sha256: '95635cafbf9f96c38bea5200ab145a2e6aefbb5405e0b04c1e4ba54df2d84ec9',
    },
  ],
  wanted: [
    'nvidia/cublas/lib/libcublas.so.12',
    'nvidia/cublas/lib/libcublasLt.so.12',
    'nvidia/cuda_runtime/lib/libcudart.so.12',
    'nvidia/cudnn/lib/libcudnn.so.8',
    'nvidia/cufft/lib/libcufft.so.11',
    'nvidia/cusolver/lib/libcusolver.so.11',
    'nvidia/cusparse/lib/libcusparse.so.12',
    'nvidia/nvjitlink/lib/libnvJitLink.so.12',
  ],
};
