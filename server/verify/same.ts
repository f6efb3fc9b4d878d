/** Numbers may differ in their last digits, where sums were added up in another order: by a billionth, or a microsecond. Whole ones are counts and moments: not at all. */
const isNear = (one: number, other: number) =>
  Math.abs(one - other) <= Math.max(1e-6, 1e-9 * Math.max(Math.abs(one), Math.abs(other)));

/** Whether two values as JSON has them are the same; what is left out is the same as null. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (typeof one === "number" && typeof other === "number")
    return one === other || (!(Number.isInteger(one) && Number.isInteger(other)) && isNear(one, other));
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, index) => isEqual(value, other[index]));
  if (typeof one === "object" && typeof other === "object" && one !== null && other !== null) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    const [left, right] = [one, other] as Record<string, unknown>[];
    return [...names].every((name) => isEqual(left?.[name], right?.[name]));
  }
  return (one ?? null) === (other ?? null);
}

/** Where two values differ: the names on the way there, with both. At most so many. */
export function differences(
  one: unknown,
  other: unknown,
  path: readonly string[] = [],
  most = 100,
): { path: string; shown: unknown; computed: unknown }[] {
  if (isEqual(one, other)) return [];
  const isTree = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isTree(one) || !isTree(other)) return [{ path: path.join("."), shown: one, computed: other }];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.flatMap((name) => differences(one[name], other[name], [...path, name], most)).slice(0, most);
}
