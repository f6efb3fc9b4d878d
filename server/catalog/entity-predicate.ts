/** A condition on an entity's flattened fields, as Backstage's filters and predicates state it. Keys and values in lower case. */
export type Predicate =
  | { all: Predicate[] }
  | { any: Predicate[] }
  | { not: Predicate }
  | { key: string; match: FieldMatch };

export type FieldMatch = { exists: true } | { in: string[] } | { prefix: string };

/** A condition that cannot be understood; the message says which part. */
export class PredicateError extends Error {
  override name = "PredicateError";
}

const maxDepth = 20;
const maxConditions = 500;

const key = (text: string) => text.toLowerCase();
const values = (list: readonly unknown[]) => list.map((value) => String(value).toLowerCase());

/**
 * The `filter` parameters of Backstage's API: each is `a=b,c=d`, in which all keys have to match and several values of
 * one key widen it; any of the parameters suffices. A key without a value asks that it is there.
 */
export function parseFilters(filters: readonly string[]): Predicate | null {
  const sets = filters.map(parseFilter).filter((set) => set !== null);
  return sets.length > 0 ? { any: sets } : null;
}

function parseFilter(filter: string): Predicate | null {
  const conditions = new Map<string, { exists: boolean; values: string[] }>();
  for (const statement of filter.split(",")) {
    const text = statement.trim();
    if (text === "") continue;
    const equals = text.indexOf("=");
    const name = key((equals === -1 ? text : text.slice(0, equals)).trim());
    if (name === "") throw new PredicateError(`"${text}" is no filter: write it as key=value or key`);
    const condition = conditions.get(name) ?? { exists: false, values: [] };
    if (equals === -1) condition.exists = true;
    else
      condition.values.push(
        text
          .slice(equals + 1)
          .trim()
          .toLowerCase(),
      );
    conditions.set(name, condition);
  }
  if (conditions.size === 0) return null;
  const all = [...conditions].map(([name, condition]): Predicate => {
    const match = condition.values.length > 0 ? { in: condition.values } : ({ exists: true } as const);
    return { key: name, match };
  });
  return { all };
}

/** A predicate such as `{ "$all": [{ "kind": "component" }, { "$not": { "spec.type": { "$in": ["library"] } } }] }`. */
export function parseQuery(query: unknown): Predicate {
  const budget = { conditions: maxConditions };
  return readPredicate(query, 0, budget);
}

type Budget = { conditions: number };

function readPredicate(query: unknown, depth: number, budget: Budget): Predicate {
  budget.conditions -= 1;
  if (budget.conditions < 0 || depth > maxDepth) throw new PredicateError("The query is too large");
  if (typeof query !== "object" || query === null || Array.isArray(query))
    throw new PredicateError(`The query has to be an object, such as {"kind":"component"}`);
  const entries = Object.entries(query);
  const operator = entries.find(([name]) => name.startsWith("$"));
  if (!operator) {
    const all = entries.map(([name, value]) => readField(key(name), value, depth, budget));
    return { all };
  }
  const [name, inner] = operator;
  if (entries.length > 1)
    throw new PredicateError(`${name} has to stand alone: wrap it and its neighbours in $all`);
  if (name === "$not") return { not: readPredicate(inner, depth + 1, budget) };
  if ((name === "$all" || name === "$any") && Array.isArray(inner)) {
    const parts = inner.map((part) => readPredicate(part, depth + 1, budget));
    return name === "$all" ? { all: parts } : { any: parts };
  }
  throw new PredicateError(`${name} is not an operator for a whole query`);
}

const isPlain = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);

function readField(name: string, value: unknown, depth: number, budget: Budget): Predicate {
  budget.conditions -= 1;
  if (budget.conditions < 0) throw new PredicateError("The query is too large");
  if (isPlain(value)) return { key: name, match: { in: values([value]) } };
  const [entry, ...others] = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const refuse = () =>
    new PredicateError(
      `The value of "${name}" has to be plain, or one of $exists, $in, $hasPrefix, $contains`,
    );
  if (!entry || others.length > 0) throw refuse();
  const [operator, inner] = entry;
  if (operator === "$exists" && typeof inner === "boolean") {
    const exists: Predicate = { key: name, match: { exists: true } };
    return inner ? exists : { not: exists };
  }
  if (operator === "$in" && Array.isArray(inner) && inner.every(isPlain))
    return { key: name, match: { in: values(inner) } };
  if (operator === "$hasPrefix" && typeof inner === "string")
    return { key: name, match: { prefix: key(inner) } };
  if (operator === "$contains") return readContains(name, inner, depth, budget);
  throw refuse();
}

/** Lists are flattened, so that containing a plain value is having it; of relations type and target are asked together. */
function readContains(name: string, inner: unknown, depth: number, budget: Budget): Predicate {
  if (isPlain(inner)) return readField(name, inner, depth, budget);
  const fields = typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>) : {};
  if (name === "relations" && typeof fields.type === "string" && Object.keys(fields).length <= 2) {
    const relation = `relations.${key(fields.type)}`;
    if (fields.targetRef === undefined) return { key: relation, match: { exists: true } };
    return readField(relation, fields.targetRef, depth, budget);
  }
  throw new PredicateError(
    `$contains of "${name}" takes a plain value, or for relations a type and a targetRef`,
  );
}
