/** Makes the id of each operation, fit for an address and unlike all before it. */
export function operationIds(): (name: string) => string {
  const counts = new Map<string, number>();
  return (name) => {
    const id =
      name
        .replaceAll(/[^\w.~-]+/g, "-")
        .replaceAll(/^-+|-+$/g, "")
        .slice(0, 150) || "operation";
    const key = id.toLowerCase();
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count === 1) return id;
    const next = `${id}-${count}`;
    counts.set(next.toLowerCase(), 1);
    return next;
  };
}
