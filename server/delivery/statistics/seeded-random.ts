/**
 * Whole numbers from 0 up to (not including) `below`, the same ones for the same seed everywhere: xmur3 spreads the seed,
 * sfc32 draws (both by their published definitions, public domain). For resampling, not for secrets.
 */
export function seededDraws(seed: string): (below: number) => number {
  const next = xmur3(seed);
  let [a, b, c, d] = [next(), next(), next(), next()];
  const draw = () => {
    const t = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) draw();
  return (below) => Math.floor((draw() / 4_294_967_296) * below);
}

function xmur3(text: string): () => number {
  let h = 1_779_033_703 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 3_432_918_353);
    h = (h << 13) | (h >>> 19);
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2_246_822_507);
    h = Math.imul(h ^ (h >>> 13), 3_266_489_909);
    h ^= h >>> 16;
    return h | 0;
  };
}
