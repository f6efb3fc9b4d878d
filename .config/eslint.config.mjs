// Biome does the everyday rules; only what needs types is here.
import tseslint from "typescript-eslint";

const networkGlobals = ["fetch", "WebSocket", "EventSource", "XMLHttpRequest"].map((name) => ({
  name,
  message: "Ask through an Outside (server/core/outside.ts), which a job or server/auth is handed",
}));

export default tseslint.config(
  { ignores: ["node_modules", ".next", ".build", "**/*.mjs", "db/migrations"] },
  {
    files: ["**/*.ts", "**/*.tsx"],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: new URL("..", import.meta.url).pathname },
    },
    plugins: { "@typescript-eslint": tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    // On the server the network has one door, server/core/outside.ts; dependency-cruiser guards the imports.
    files: ["server/**/*.ts", "db/**/*.ts", "app/**/route.ts"],
    // The last two ask this very portal whether it lives, and send traces where the person who runs it said.
    ignores: [
      "**/*.test.ts",
      "**/*.bench.ts",
      "server/testing/**",
      "server/start/**",
      "server/cli/serve.ts",
      "server/observe/send-spans.ts",
    ],
    rules: {
      "no-restricted-globals": ["error", ...networkGlobals],
      "no-restricted-properties": [
        "error",
        ...networkGlobals.map(({ name, message }) => ({ object: "globalThis", property: name, message })),
      ],
    },
  },
);
