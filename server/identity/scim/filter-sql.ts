import { type SQL, sql } from "drizzle-orm";
import { type Compare, type Filter, parse, type Suffix } from "scim2-parse-filter";
import { scimInvalid } from "./scim-error.ts";

type Attribute = { kind: "text" | "case-exact text" | "boolean" | "moment"; value: SQL };
type Many = (test: (value: SQL) => SQL) => SQL;

/** What may be filtered by, in lower case, as SCIM compares names; `d` is the table's alias. */
const common: Record<string, Attribute> = {
  id: { kind: "case-exact text", value: sql`d.id::text` },
  externalid: { kind: "case-exact text", value: sql`d.external_id` },
  "meta.created": { kind: "moment", value: sql`d.created_at` },
  "meta.lastmodified": { kind: "moment", value: sql`d.updated_at` },
};
const ofUsers: Record<string, Attribute> = {
  ...common,
  username: { kind: "text", value: sql`d.user_name` },
  active: { kind: "boolean", value: sql`d.is_active` },
  displayname: { kind: "text", value: sql`d.document ->> 'displayName'` },
  "name.familyname": { kind: "text", value: sql`d.document #>> '{name,familyName}'` },
  "name.givenname": { kind: "text", value: sql`d.document #>> '{name,givenName}'` },
};
const ofGroups: Record<string, Attribute> = {
  ...common,
  displayname: { kind: "text", value: sql`d.display_name` },
};

/** Attributes with several values: a condition holds when it does for one of them. */
const anyEmail: Many = (test) => sql`exists (
  select 1 from jsonb_path_query(d.document, '$.emails[*].value') v where ${test(sql`(v #>> '{}')`)})`;
const anyMember: Many = (test) => sql`exists (
  select 1 from scim_members m where m.group_id = d.id and ${test(sql`m.user_id::text`)})`;
const manyOfUsers: Record<string, Many> = { emails: anyEmail, "emails.value": anyEmail };
const manyOfGroups: Record<string, Many> = { members: anyMember, "members.value": anyMember };

/** Deeper or longer filters are nobody's; they would cost more than they find. */
const partsMax = 40;

/**
 * A SCIM filter as a condition on `scim_users d` or `scim_groups d`. Source: RFC 7644, section 3.4.2.2. Throws
 * `invalidFilter` with what cannot be read or filtered by.
 */
export function filterSql(text: string, of: "users" | "groups"): SQL {
  let parts = 0;
  const walk = (filter: Filter): SQL => {
    parts += 1;
    if (parts > partsMax) throw scimInvalid("invalidFilter", `The filter has more than ${partsMax} parts`);
    if ("filters" in filter)
      return sql.join(
        filter.filters.map((one) => sql`(${walk(one)})`),
        filter.op === "and" ? sql` and ` : sql` or `,
      );
    if ("filter" in filter) return sql`not (${walk(filter.filter)})`;
    if ("valFilter" in filter)
      throw scimInvalid("invalidFilter", "Filters inside brackets are not read here");
    return condition(filter, of);
  };
  return walk(parseFilter(text));
}

function parseFilter(text: string): Filter {
  // The parser goes down one call for each bracket.
  if ((text.match(/[([]/g) ?? []).length > partsMax)
    throw scimInvalid("invalidFilter", `The filter has more than ${partsMax} brackets`);
  try {
    return parse(text);
  } catch {
    throw scimInvalid("invalidFilter", `The filter cannot be read: "${text.slice(0, 100)}"`);
  }
}

function condition(filter: Compare | Suffix, of: "users" | "groups"): SQL {
  const path = filter.attrPath
    .toLowerCase()
    .replace(/^urn:ietf:params:scim:schemas:core:2\.0:(user|group):/, "");
  const many = (of === "users" ? manyOfUsers : manyOfGroups)[path];
  if (many) return many((value) => compare({ kind: "text", value }, filter));
  const attribute = (of === "users" ? ofUsers : ofGroups)[path];
  if (!attribute)
    throw scimInvalid("invalidFilter", `Nothing can be filtered by "${filter.attrPath.slice(0, 60)}" here`);
  return compare(attribute, filter);
}

function compare({ kind, value }: Attribute, filter: Compare | Suffix): SQL {
  if (!("compValue" in filter)) return sql`${value} is not null`;
  const { op, compValue: wanted } = filter;
  if (wanted === null) return op === "eq" ? sql`${value} is null` : sql`${value} is not null`;
  if (kind === "boolean") return compareTruth(value, filter);
  if (kind === "moment") return sql`${value} ${orderOf(op)} ${momentOf(wanted)}::timestamptz`;
  const left = kind === "text" ? sql`lower(${value})` : value;
  const right = kind === "text" ? String(wanted).toLowerCase() : String(wanted);
  if (op === "co") return sql`position(${right}::text in ${left}) > 0`;
  if (op === "sw") return sql`starts_with(${left}, ${right}::text)`;
  if (op === "ew") return sql`right(${left}, char_length(${right}::text)) = ${right}::text`;
  if (op === "ne") return sql`${left} is distinct from ${right}::text`;
  return sql`${left} collate "C" ${orderOf(op)} ${right}::text`;
}

function compareTruth(value: SQL, { op, compValue }: Compare): SQL {
  const wanted = String(compValue).toLowerCase() === "true";
  if (op === "eq") return sql`${value} = ${wanted}::boolean`;
  if (op === "ne") return sql`${value} <> ${wanted}::boolean`;
  throw scimInvalid("invalidFilter", `A yes-or-no attribute cannot be compared by "${op}"`);
}

function momentOf(value: unknown): string {
  const moment = new Date(String(value));
  if (Number.isNaN(moment.getTime()))
    throw scimInvalid("invalidFilter", `"${String(value).slice(0, 40)}" is not a moment`);
  return moment.toISOString();
}

const orders: Readonly<Record<string, SQL>> = {
  eq: sql`=`,
  ne: sql`<>`,
  gt: sql`>`,
  ge: sql`>=`,
  lt: sql`<`,
  le: sql`<=`,
};
function orderOf(op: string): SQL {
  const order = orders[op];
  if (!order) throw scimInvalid("invalidFilter", `This attribute cannot be compared by "${op}"`);
  return order;
}
