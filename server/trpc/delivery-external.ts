import { importExternal } from "#server/delivery/external/import-external.ts";
import {
  AskComparison,
  ExternalId,
  ImportExternal,
  PreviewExternal,
} from "#server/delivery/external/inputs.ts";
import { previewExternal } from "#server/delivery/external/preview-external.ts";
import { readComparison } from "#server/delivery/external/read-comparison.ts";
import { readExternal } from "#server/delivery/external/read-external.ts";
import { removeExternal } from "#server/delivery/external/remove-external.ts";
import { role, router } from "./init.ts";

const leaders = () => role("leader", "platform");

/** Another tool's deployments or figures, laid beside ours. */
export const deliveryExternal = router({
  comparison: leaders()
    .input(AskComparison)
    .query(({ ctx, input }) => readComparison(ctx, input)),
  files: leaders().query(({ ctx }) => readExternal(ctx)),
  import: leaders()
    .input(ImportExternal)
    .mutation(({ ctx, input }) => importExternal(ctx, input)),
  // Writes nothing; a file is too long for an address.
  preview: leaders()
    .input(PreviewExternal)
    .mutation(({ ctx, input }) => previewExternal(ctx, input)),
  remove: leaders()
    .input(ExternalId)
    .mutation(({ ctx, input }) => removeExternal(ctx, input)),
});
