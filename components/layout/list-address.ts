/** The state of a list as it stands in the address: filters, sort and page. All functions return a new search text. */
export type ListParams = URLSearchParams;

const copy = (params: ListParams) => {
  const next = new URLSearchParams(params);
  // A page is a place in one order of one set: another filter or order begins at the start.
  next.delete("cursor");
  next.delete("offset");
  next.delete("from");
  return next;
};

/** Adds the value to the facet, or takes it away. */
export function toggleValue(params: ListParams, name: string, value: string): ListParams {
  const next = copy(params);
  const before = next.getAll(name);
  next.delete(name);
  const after = before.includes(value) ? before.filter((other) => other !== value) : [...before, value];
  for (const kept of after) next.append(name, kept);
  return next;
}

/** The one value of a name; null or empty takes it away. */
export function setValue(params: ListParams, name: string, value: string | null): ListParams {
  const next = copy(params);
  if (value) next.set(name, value);
  else next.delete(name);
  return next;
}

export function clearValues(params: ListParams, names: readonly string[]): ListParams {
  const next = copy(params);
  for (const name of names) next.delete(name);
  return next;
}

/** Sorts by the column; a second time the other way round. */
export function sortBy(
  params: ListParams,
  key: string,
  now: { key: string; direction: "asc" | "desc" },
): ListParams {
  const next = copy(params);
  next.set("sort", key);
  if (now.key === key && now.direction === "asc") next.set("direction", "desc");
  else next.delete("direction");
  return next;
}

/** Another page; `from` is the number of its first row, which a cursor by itself does not tell. */
export function toPage(params: ListParams, cursor: string, from: number): ListParams {
  const next = copy(params);
  next.set("cursor", cursor);
  next.set("from", String(Math.max(1, from)));
  return next;
}

/** The number of the page's first row. */
export function firstRow(params: ListParams): number {
  const from = Number(params.get("cursor") ? params.get("from") : 1);
  return Number.isSafeInteger(from) && from > 0 ? from : 1;
}

/** Search parameters as Next gives them to a page. */
export function toParams(searchParams: Record<string, string | string[] | undefined>): ListParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(searchParams))
    for (const one of Array.isArray(value) ? value : value === undefined ? [] : [value])
      params.append(name, one);
  return params;
}
