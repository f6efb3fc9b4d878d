/** The 97.5 % point of the standard normal distribution: intervals here are all for 95 %. */
export const z95 = 1.959963984540054;

/**
 * The same point of Student's t: Fisher's and Cornish's expansion in 1/df (Abramowitz and Stegun 26.7.5), right to 1 %
 * from three degrees of freedom on.
 */
export function t95(degrees: number): number {
  const z = z95;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, index) => sum + term / degrees ** (index + 1), z);
}
