import { checkText } from "#server/catalog/checks/check-text.ts";
import { readPortalEntry, readPortalRights } from "#server/catalog/portal-entries/read-portal-entry.ts";
import { removePortalEntry } from "#server/catalog/portal-entries/remove-portal-entry.ts";
import { savePortalEntries } from "#server/catalog/portal-entries/save-portal-entries.ts";
import { changeCustomSource, createCustomSource } from "#server/catalog/sources/create-custom-source.ts";
import {
  CheckText,
  PortalEntryRef,
  SaveCustomSource,
  SavePortalEntry,
} from "#server/catalog/sources/inputs.ts";
import { readCustomSources } from "#server/catalog/sources/read-custom-sources.ts";
import { role, router, signedIn } from "./init.ts";

const admin = role("admin");

/** Entries that come by other ways than files: typed into the portal, or sent by programs. */
export const entries = router({
  // A mutation by its method alone: the text of a file is too long for an address.
  check: signedIn.input(CheckText).mutation(({ ctx, input }) => checkText(ctx, input)),
  kept: signedIn.input(PortalEntryRef).query(({ ctx, input }) => readPortalEntry(ctx, input)),
  rights: signedIn.query(({ ctx }) => readPortalRights(ctx)),
  save: signedIn
    .input(SavePortalEntry)
    .mutation(({ ctx, input }) => savePortalEntries(ctx, { documents: [input] })),
  remove: signedIn.input(PortalEntryRef).mutation(({ ctx, input }) => removePortalEntry(ctx, input)),
  customSources: signedIn.query(({ ctx }) => readCustomSources(ctx)),
  createCustomSource: admin
    .input(SaveCustomSource)
    .mutation(({ ctx, input }) => createCustomSource(ctx, input)),
  changeCustomSource: admin
    .input(SaveCustomSource)
    .mutation(({ ctx, input }) => changeCustomSource(ctx, input)),
});
