import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it, one by one. Node's own way with `recursive` never comes back where a folder is there in
 * which nothing can be made, such as /proc.
 */
export function makeFolder(folder, mode) {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (error.code !== "EEXIST") throw error;
  }
}
