/**
 * Settings of TensorFlow that must be in the environment before the library is loaded. oneDNN is turned off:
 * it chooses kernels by processor, so bits differ between processors, and its kernels for matrix products
 * point the stack register into the heap, where a signal that arrives overwrites other data (oneDNN issue
 * 4845). Eigen's own kernels are a tenth slower at our sizes.
 */
export const TENSORFLOW_ENV: Readonly<Record<string, string>> = {
  TF_CPP_MIN_LOG_LEVEL: '2',
  TF_ENABLE_ONEDNN_OPTS: '0',
  TENSORFLOW_USE_CUSTOM_CONTRACTION_KERNEL: 'false',
  // Eigen splits long sums by the number of threads, so bits depend on it. Our products are small: several
  // trainers with one thread each are faster than one trainer with several threads.
  TF_NUM_INTRAOP_THREADS: '1',
  // A GPU would multiply with 10 bits of mantissa instead of 23.
  NVIDIA_TF32_OVERRIDE: '0',
  // GPU reductions and scatter in a fixed order.
  TF_DETERMINISTIC_OPS: '1',
};
