import { cancelImport, retryImport, startImport } from "#server/delivery/back-fill/change-import.ts";
import { ImportOf, ListImported, RetryImport, StartImport } from "#server/delivery/back-fill/inputs.ts";
import { readImportedRepositories, readImports } from "#server/delivery/back-fill/read-imports.ts";
import { role, router } from "./init.ts";

const platform = role("platform");

export const deliveryImports = router({
  list: platform.query(({ ctx }) => readImports(ctx)),
  repositories: platform.input(ListImported).query(({ ctx, input }) => readImportedRepositories(ctx, input)),
  start: platform.input(StartImport).mutation(({ ctx, input }) => startImport(ctx, input)),
  cancel: platform.input(ImportOf).mutation(({ ctx, input }) => cancelImport(ctx, input)),
  retry: platform.input(RetryImport).mutation(({ ctx, input }) => retryImport(ctx, input)),
});
