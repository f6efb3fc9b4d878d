import { type CatalogTree, FileRefusal, isYamlPath, tooLarge } from "./tree.ts";

/** Files held in memory: the demo organisation, tests. */
export function memoryTree(files: ReadonlyMap<string, string>): CatalogTree {
  return {
    commit: null,
    list: async () => ({
      files: [...files]
        .filter(([path]) => isYamlPath(path))
        .map(([path, text]) => ({ path, bytes: Buffer.byteLength(text) }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
      refused: [],
    }),
    read: async (path) => {
      const text = files.get(path);
      if (text === undefined) throw new FileRefusal("there is no such file", true);
      return text;
    },
    paths: async (folder) =>
      [...files.keys()].filter((path) => folder === "" || path.startsWith(`${folder}/`)).sort(),
    readBytes: async (path, maxBytes) => {
      const text = files.get(path);
      if (text === undefined) throw new FileRefusal("there is no such file", true);
      const bytes = Buffer.from(text);
      if (bytes.byteLength > maxBytes) throw tooLarge(bytes.byteLength, maxBytes);
      return bytes;
    },
    fetchAhead: async () => {},
    nameOf: (path) => `file:${path}`,
    urlOf: () => null,
    close: async () => {},
  };
}
