/** Solves A·x = b for a symmetric positive definite A, row-major; only its lower triangle is read. */
export function solvePositive(matrix: Float64Array, b: Float64Array): Float64Array {
  return solveFactored(choleskyFactor(matrix, b.length), b);
}

/** Solves L·Lᵀ·x = b. @param factor L, from {@link choleskyFactor}. */
export function solveFactored(factor: Float64Array, b: Float64Array): Float64Array {
  const size = b.length;
  const x = b.slice();
  for (let i = 0; i < size; i += 1) {
    let rest = x[i] ?? NaN;
    for (let k = 0; k < i; k += 1) rest -= (factor[i * size + k] ?? NaN) * (x[k] ?? NaN);
    x[i] = rest / (factor[i * size + i] ?? NaN);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let rest = x[i] ?? NaN;
    for (let k = i + 1; k < size; k += 1) rest -= (factor[k * size + i] ?? NaN) * (x[k] ?? NaN);
    x[i] = rest / (factor[i * size + i] ?? NaN);
  }
  return x;
}

/**
 * Cholesky factor of a symmetric positive definite matrix, row-major: the lower triangular L with L·Lᵀ equal to the
 * matrix, of which only the lower triangle is read.
 */
export function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    const ofI = i * size;
    for (let j = 0; j <= i; j += 1) {
      const ofJ = j * size;
      let rest = matrix[ofI + j] ?? NaN;
      for (let k = 0; k < j; k += 1) rest -= (factor[ofI + k] ?? NaN) * (factor[ofJ + k] ?? NaN);
      factor[ofI + j] = i === j ? Math.sqrt(rest) : rest / (factor[ofJ + j] ?? NaN);
    }
  }
  return factor;
}
