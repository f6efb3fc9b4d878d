import { CardId, CardOfEntry, SaveCard } from "#server/cards/inputs.ts";
import { readCardSettings, readCardsOf } from "#server/cards/read-cards.ts";
import { refreshCard } from "#server/cards/refresh-card.ts";
import { removeCard, saveCard } from "#server/cards/save-card.ts";
import { EntityRefInput } from "#server/catalog/inputs.ts";
import { role, router, signedIn } from "./init.ts";

const platform = role("platform");

export const cards = router({
  ofEntry: signedIn.input(EntityRefInput).query(({ ctx, input }) => readCardsOf(ctx, input)),
  refresh: signedIn.input(CardOfEntry).mutation(({ ctx, input }) => refreshCard(ctx, input)),
  settings: platform.query(({ ctx }) => readCardSettings(ctx)),
  save: platform.input(SaveCard).mutation(({ ctx, input }) => saveCard(ctx, input)),
  remove: platform.input(CardId).mutation(({ ctx, input }) => removeCard(ctx, input)),
});
