/** What columns of a table tell of a person, hold of what people wrote, or keep secret; a line of Admin, Stored data. */
export type StoredData = {
  table: string;
  class: "personal" | "contents" | "secret";
  columns: readonly string[];
  what: string;
  why: string;
  howLong: string;
};

/** The tables of one domain: of each there is a line, or it holds nothing of the kind. */
export type TablesData = {
  stored: readonly StoredData[];
  /** Names of software, numbers, moments and states only. */
  nothingPersonal: readonly string[];
};

export const untilRemoved = "Until the account is removed";
export const withEntry = "As long as its entry";
export const withSource = "Until its source is removed";
export const withConnection = "Until the connection is removed";
export const forGood = "For good";
export const withRepository = "As long as figures are kept: for good";

type Words = [table: string, columns: readonly string[], what: string, why: string, howLong: string];

export function personal(...words: Words): StoredData {
  return line("personal", words);
}
export function contents(...words: Words): StoredData {
  return line("contents", words);
}
export function secret(...words: Words): StoredData {
  return line("secret", words);
}
function line(kind: StoredData["class"], [table, columns, what, why, howLong]: Words): StoredData {
  return { table, class: kind, columns, what, why, howLong };
}
