/** Pages of rows, the newest first, as long as they are wanted: ends within the page where the first is not. */
export async function* until<T>(
  pages: AsyncIterable<T[]>,
  isWanted: (row: T) => boolean,
): AsyncGenerator<T[]> {
  for await (const page of pages) {
    const end = page.findIndex((row) => !isWanted(row));
    if (end !== 0) yield end < 0 ? page : page.slice(0, end);
    if (end >= 0) return;
  }
}
