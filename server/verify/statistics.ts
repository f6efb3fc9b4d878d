/** The 97.5 % point of the standard normal distribution. All intervals are for 95 %. */
const z = 1.959963984540054;

export type Bounds = { low: number | null; high: number | null };
type Closed = { low: number; high: number };

export const sorted = (values: Iterable<number>): Float64Array => Float64Array.from(values).sort();

/** By linear interpolation at h = (n − 1)·p. */
export function quantile(ascending: ArrayLike<number>, p: number): number | null {
  const n = ascending.length;
  if (n === 0) return null;
  const h = (n - 1) * p;
  const index = Math.floor(h);
  const low = ascending[index] ?? 0;
  return low + (h - index) * ((ascending[Math.min(index + 1, n - 1)] ?? low) - low);
}

export const median = (values: Iterable<number>): number | null => quantile(sorted(values), 0.5);

/** Wilson's score interval of a share. */
export function wilson(hits: number, n: number): Closed {
  const share = hits / n;
  const middle = share + (z * z) / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return {
    low: hits === 0 ? 0 : Math.max(0, (middle - spread) / scale),
    high: hits === n ? 1 : Math.min(1, (middle + spread) / scale),
  };
}

/** The narrowest symmetric pair of values that covers the median with 95 %; none below six values. */
export function betweenValues(ascending: ArrayLike<number>): Closed | null {
  const n = ascending.length;
  if (n < 6) return null;
  // P(Binomial(n, 1/2) <= rank) may be 2.5 % at most.
  let [rank, logOfTerm] = [0, -n * Math.LN2];
  let total = Math.exp(logOfTerm);
  for (;;) {
    logOfTerm += Math.log((n - rank) / (rank + 1));
    total += Math.exp(logOfTerm);
    if (total > 0.025 || rank + 1 > n / 2) break;
    rank += 1;
  }
  return { low: ascending[rank] ?? 0, high: ascending[n - 1 - rank] ?? 0 };
}

/** Draws whole numbers below a bound: sfc32, seeded by xmur3 of the text, its first twelve numbers thrown away. */
export function drawer(seed: string): (below: number) => number {
  let hash = 1_779_033_703 ^ seed.length;
  for (let i = 0; i < seed.length; i++) {
    hash = Math.imul(hash ^ seed.charCodeAt(i), 3_432_918_353);
    hash = (hash << 13) | (hash >>> 19);
  }
  const spread = () => {
    hash = Math.imul(hash ^ (hash >>> 16), 2_246_822_507);
    hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_909);
    hash ^= hash >>> 16;
    return hash | 0;
  };
  let [a, b, c, counter] = [spread(), spread(), spread(), spread()];
  const next = () => {
    const out = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + out;
    c |= 0;
    return out >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return (below) => Math.floor((next() / 2 ** 32) * below);
}

/**
 * Between which medians 95 % of 2,000 draws of whole deployments lie. The deployments in the order of their sorted values,
 * compared one after the other; the shorter list first where one begins the other.
 */
export function drawnMedian(deployments: readonly (readonly number[])[], seed: string): Closed | null {
  const groups = deployments
    .filter(({ length }) => length > 0)
    .map((values) => sorted(values))
    .sort(compareLists);
  if (groups.length < 2) return null;
  const pool = groups.flatMap((values, owner) => Array.from(values, (value) => ({ value, owner })));
  pool.sort((one, other) => one.value - other.value);
  const draw = drawer(seed);
  const medians = new Float64Array(2000);
  const times = new Uint32Array(groups.length);
  for (let i = 0; i < medians.length; i++) {
    times.fill(0);
    let drawn = 0;
    for (let j = 0; j < groups.length; j++) {
      const picked = draw(groups.length);
      times[picked] = (times[picked] ?? 0) + 1;
      drawn += groups[picked]?.length ?? 0;
    }
    medians[i] = middleOfDrawn(pool, times, drawn);
  }
  medians.sort();
  return { low: quantile(medians, 0.025) ?? 0, high: quantile(medians, 0.975) ?? 0 };
}

function compareLists(one: Float64Array, other: Float64Array): number {
  for (let i = 0; i < Math.min(one.length, other.length); i++) {
    const difference = (one[i] ?? 0) - (other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

function middleOfDrawn(
  pool: readonly { value: number; owner: number }[],
  times: Uint32Array,
  drawn: number,
): number {
  const [lower, upper] = [Math.floor((drawn - 1) / 2), Math.ceil((drawn - 1) / 2)];
  let seen = 0;
  let low: number | null = null;
  for (const { value, owner } of pool) {
    seen += times[owner] ?? 0;
    if (low === null && seen > lower) low = value;
    if (seen > upper) return ((low ?? value) + value) / 2;
  }
  return low ?? 0;
}

/** Woodruff's interval of a median of values that come in groups, with the ratio estimator's variance over the groups. */
export function groupedMedian(deployments: readonly (readonly number[])[]): Closed | null {
  const all = sorted(deployments.flat());
  const middle = quantile(all, 0.5);
  const filled = deployments.filter(({ length }) => length > 0);
  if (middle === null || filled.length < 2) return null;
  let squares = 0;
  for (const values of filled)
    squares += (values.filter((value) => value <= middle).length - 0.5 * values.length) ** 2;
  const k = filled.length;
  const half = z * Math.sqrt(((k / (k - 1)) * squares) / all.length ** 2);
  return {
    low: quantile(all, Math.max(0, 0.5 - half)) ?? 0,
    high: quantile(all, Math.min(1, 0.5 + half)) ?? 0,
  };
}

/** Kaplan and Meier's median with Brookmeyer and Crowley's interval on the log-log scale (Greenwood's variance). */
export function survival(
  times: readonly { seconds: number; isOver: boolean }[],
): Bounds & { median: number | null } {
  const ordered = times.toSorted((one, other) => one.seconds - other.seconds);
  const steps: { at: number; left: number; error: number }[] = [];
  let [left, variance] = [1, 0];
  for (let i = 0; i < ordered.length; ) {
    const at = ordered[i]?.seconds ?? 0;
    const atRisk = ordered.length - i;
    let ended = 0;
    for (; i < ordered.length && ordered[i]?.seconds === at; i++) if (ordered[i]?.isOver) ended += 1;
    if (ended === 0) continue;
    left *= 1 - ended / atRisk;
    if (ended < atRisk) variance += ended / (atRisk * (atRisk - ended));
    steps.push({ at, left, error: left * Math.sqrt(variance) });
  }
  const limit = ({ left: s, error }: { left: number; error: number }, side: number) =>
    s <= 0 || s >= 1 ? s : s ** Math.exp((side * error) / (s * -Math.log(s)));
  const isHalf = (s: number) => Math.abs(s - 0.5) < 1e-9;
  const index = steps.findIndex(({ left: s }) => s < 0.5 || isHalf(s));
  const [step, next] = [steps[index], steps[index + 1]];
  return {
    median: step ? (isHalf(step.left) && next ? (step.at + next.at) / 2 : step.at) : null,
    low: steps.find((one) => limit(one, z) <= 0.5)?.at ?? null,
    high: steps.find((one) => one.left > 0 && limit(one, -z) <= 0.5)?.at ?? null,
  };
}

/** The ratio of two weekly means with its interval, the variance widened by the dispersion that the weeks show. */
export function weeklyRatio(
  now: readonly number[],
  before: readonly number[],
): ({ ratio: number } & Closed) | null {
  const add = (all: number, one: number) => all + one;
  const [a, b] = [now.reduce(add, 0), before.reduce(add, 0)];
  if (a === 0 || b === 0 || now.length < 2 || before.length < 2) return null;
  const freedom = now.length + before.length - 2;
  const chi = (weeks: readonly number[], mean: number) =>
    weeks.reduce((all, count) => all + (count - mean) ** 2 / mean, 0);
  const dispersion = Math.max(1, (chi(now, a / now.length) + chi(before, b / before.length)) / freedom);
  const log = Math.log(a / now.length / (b / before.length));
  const half = studentPoint(freedom) * Math.sqrt(dispersion * (1 / a + 1 / b));
  return { ratio: Math.exp(log), low: Math.exp(log - half), high: Math.exp(log + half) };
}

/** Student's 97.5 % point by Abramowitz and Stegun 26.7.5. */
function studentPoint(freedom: number): number {
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  const fourth = (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3 + fourth / freedom ** 4;
}
