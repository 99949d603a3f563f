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
  for (let j = 0; j < size; j += 1) {
    const ofJ = j * size;
    let own = matrix[ofJ + j] ?? NaN;
    for (let k = 0; k < j; k += 1) own -= (factor[ofJ + k] ?? NaN) * (factor[ofJ + k] ?? NaN);
    const pivot = Math.sqrt(own);
    factor[ofJ + j] = pivot;
    // Four rows at once, whose sums do not wait for each other.
    let i = j + 1;
    for (; i + 3 < size; i += 4) {
      const a = i * size;
      const b = a + size;
      const c = b + size;
      const d = c + size;
      let restA = matrix[a + j] ?? NaN;
      let restB = matrix[b + j] ?? NaN;
      let restC = matrix[c + j] ?? NaN;
      let restD = matrix[d + j] ?? NaN;
      for (let k = 0; k < j; k += 1) {
        const other = factor[ofJ + k] ?? NaN;
        restA -= (factor[a + k] ?? NaN) * other;
        restB -= (factor[b + k] ?? NaN) * other;
        restC -= (factor[c + k] ?? NaN) * other;
        restD -= (factor[d + k] ?? NaN) * other;
      }
      factor[a + j] = restA / pivot;
      factor[b + j] = restB / pivot;
      factor[c + j] = restC / pivot;
      factor[d + j] = restD / pivot;
    }
    for (; i < size; i += 1) {
      let rest = matrix[i * size + j] ?? NaN;
      for (let k = 0; k < j; k += 1) rest -= (factor[i * size + k] ?? NaN) * (factor[ofJ + k] ?? NaN);
      factor[i * size + j] = rest / pivot;
    }
  }
  return factor;
}
