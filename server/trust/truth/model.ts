/** Sorts of facts that are drawn apart, so that a rare sort is asked about as well. */
export const factSorts = ["owner", "lifecycle", "dependency", "link", "repository", "description"] as const;
export type FactSort = (typeof factSorts)[number];

export const factSortWords: Readonly<Record<FactSort, string>> = {
  owner: "owners",
  lifecycle: "lifecycles",
  dependency: "dependencies",
  link: "links",
  repository: "repositories",
  description: "descriptions",
};

export const answers = ["right", "wrong", "unknown"] as const;
export type Answer = (typeof answers)[number];

export const truthRules = {
  /** Facts drawn each month, shared out equally among the sorts that have any. */
  perMonth: 60,
  /** More questions nobody gets in one month. */
  perPerson: 3,
  /** Below these no figure is published: its interval would be wider than what it says. */
  least: 20,
  leastOfSort: 8,
  /** The headline takes the answers of so many months together. */
  months: 3,
} as const;

/** The two-sided 95 % quantile of the normal distribution. */
const z = 1.959964;

export type Interval = { share: number; low: number; high: number };

/**
 * The score interval of a share `right / n` (E. B. Wilson 1927, "Probable inference, the law of succession, and
 * statistical inference", JASA 22, 209–212): unlike share ± z·s it stays within 0 and 1 and is of use when all are right.
 * `n` may be an effective size and need not be whole. Null when it is 0.
 */
export function wilson(share: number, n: number): Interval | null {
  if (!(n > 0)) return null;
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

export type SortTally = { sort: FactSort; population: number; right: number; wrong: number; unknown: number };

/**
 * The share of facts that are right over all sorts: each sort counts by how many facts it has in the catalogue
 * (post-stratification; W. G. Cochran, Sampling Techniques, 3rd ed. 1977, 5A.9), and the interval is Wilson's with the
 * effective size (Σw)²/Σw² of the weighted answers (L. Kish, Survey Sampling, 1965, 11.7). "Don't know" is no answer.
 * Sorts nobody answered about are left out. Null below the least number of answers.
 */
export function stratified(tallies: readonly SortTally[]): (Interval & { n: number }) | null {
  const answered = tallies.filter(({ right, wrong, population }) => right + wrong > 0 && population > 0);
  const n = answered.reduce((sum, { right, wrong }) => sum + right + wrong, 0);
  if (n < truthRules.least) return null;
  const weights = answered.map(({ right, wrong, population }) => ({
    each: population / (right + wrong),
    count: right + wrong,
    right,
  }));
  const sum = weights.reduce((all, { each, count }) => all + each * count, 0);
  const squares = weights.reduce((all, { each, count }) => all + each * each * count, 0);
  const share = weights.reduce((all, { each, right }) => all + each * right, 0) / sum;
  const interval = wilson(share, (sum * sum) / squares);
  return interval && { ...interval, n };
}

/** The share of one sort; null below its least number of answers. */
export function ofSort({ right, wrong }: SortTally): (Interval & { n: number }) | null {
  const n = right + wrong;
  if (n < truthRules.leastOfSort) return null;
  const interval = wilson(right / n, n);
  return interval && { ...interval, n };
}

/** How many to draw of each sort: equal parts of the month's number, what a sort cannot fill goes to the others. */
export function sharesOf(population: Readonly<Partial<Record<FactSort, number>>>): Map<FactSort, number> {
  const open = factSorts
    .filter((sort) => (population[sort] ?? 0) > 0)
    .sort((a, b) => (population[a] ?? 0) - (population[b] ?? 0));
  const shares = new Map<FactSort, number>();
  let left: number = truthRules.perMonth;
  for (const [index, sort] of open.entries()) {
    const share = Math.min(population[sort] ?? 0, Math.floor(left / (open.length - index)));
    shares.set(sort, share);
    left -= share;
  }
  return shares;
}

/** "93 % right (84–97)". */
export function percentWords({ share, low, high }: Interval): string {
  const whole = (value: number) => Math.round(value * 100);
  return `${whole(share)} % right (${whole(low)}–${whole(high)})`;
}

/** `2026-11`, in UTC. */
export const monthOf = (at: Date): string => at.toISOString().slice(0, 7);

/** The question in words, as its owner reads it. */
export function questionWords(sort: FactSort, value: string): string {
  switch (sort) {
    case "owner":
      return `Is it owned by ${value}?`;
    case "lifecycle":
      return `Is its lifecycle “${value}”?`;
    case "dependency":
      return `Does it depend on ${value}?`;
    case "link":
      return `Does this link lead to the right place: ${value}?`;
    case "repository":
      return `Does its code lie in ${value}?`;
    case "description":
      return `Does this describe it: “${value}”?`;
  }
}
