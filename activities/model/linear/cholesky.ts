/** Solves A·x = b for a symmetric positive definite A, row-major; only its lower triangle is read. */
export function solvePositive(matrix: Float64Array, b: Float64Array): Float64Array {
  const size = b.length;
  const factor = cholesky(matrix, size);
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

/** Cholesky factor: the lower triangular L with L·Lᵀ equal to the matrix. */
function cholesky(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let rest = matrix[i * size + j] ?? NaN;
      for (let k = 0; k < j; k += 1) rest -= (factor[i * size + k] ?? NaN) * (factor[j * size + k] ?? NaN);
      factor[i * size + j] = i === j ? Math.sqrt(rest) : rest / (factor[j * size + j] ?? NaN);
    }
  return factor;
}
