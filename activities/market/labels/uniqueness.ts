/**
 * Average uniqueness of every label of one symbol (López de Prado, Advances in Financial Machine Learning,
 * 2018, chapter 4): the mean, over the bars of the label's lifespan, of 1 / the number of concurrent labels.
 * A label's lifespan is the bars whose returns it depends on, from the one after its own to the one that
 * decides it; labels are concurrent where they depend on a common return. So labels of one bar each have
 * weight 1, and those of a fixed horizon 1 / horizon.
 *
 * A label that is still open or stays unknown counts as concurrent, whatever its outcome, so the weight of a label
 * does not depend on bars after its last.
 *
 * @param decided For the label of bar i, the index of the bar that decides it: above i; of the last bar of its
 * horizon for unknown labels, i itself where there is none.
 * @returns Weights in (0, 1]; for unknown labels over the bars there are, and 1 where there are none.
 */
export function averageUniqueness(decided: Int32Array): Float32Array {
  const count = decided.length;
  const living = concurrentLabels(decided);
  return Float32Array.from(decided, (end, start) => {
    const last = Math.min(end, count - 1);
    let sum = 0;
    // Summed from scratch for every label: a running sum's rounding would depend on where the series starts.
    for (let bar = start + 1; bar <= last; bar += 1) sum += 1 / (living[bar] ?? NaN);
    return last === start ? 1 : sum / (last - start);
  });
}

/** Number of labels that are alive in each bar. */
function concurrentLabels(decided: Int32Array): Int32Array {
  const living = new Int32Array(decided.length + 1);
  decided.forEach((end, start) => {
    living[start + 1] = (living[start + 1] ?? 0) + 1;
    const after = end + 1;
    if (after < living.length) living[after] = (living[after] ?? 0) - 1;
  });
  for (let bar = 1; bar < living.length; bar += 1) living[bar] = (living[bar] ?? 0) + (living[bar - 1] ?? 0);
  return living.subarray(0, decided.length);
}
