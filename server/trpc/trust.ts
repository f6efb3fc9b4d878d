import { closeUpkeep } from "#server/trust/close-upkeep.ts";
import { confirmEntries } from "#server/trust/confirm-entries.ts";
import {
  AddOverlay,
  AnswerQuestion,
  CloseUpkeep,
  ConfirmEntries,
  ListPage,
  OverlayId,
  ProposeOwner,
  ReadHistory,
  ReadVersion,
  TrustRef,
} from "#server/trust/inputs.ts";
import { addOverlay, removeOverlay } from "#server/trust/overlays.ts";
import { proposeOwner, withdrawOwner } from "#server/trust/propose-owner.ts";
import { readEntityTrust } from "#server/trust/reads/entity-trust.ts";
import { readHandovers } from "#server/trust/reads/handovers.ts";
import { readHistory, readVersion } from "#server/trust/reads/history.ts";
import { readTruth } from "#server/trust/reads/truth.ts";
import { readUpkeep } from "#server/trust/reads/upkeep.ts";
import { answerQuestion } from "#server/trust/truth/answer-question.ts";
import { router, signedIn } from "./init.ts";

export const trust = router({
  entity: signedIn.input(TrustRef).query(({ ctx, input }) => readEntityTrust(ctx, input)),
  history: signedIn.input(ReadHistory).query(({ ctx, input }) => readHistory(ctx, input)),
  version: signedIn.input(ReadVersion).query(({ ctx, input }) => readVersion(ctx, input)),
  upkeep: signedIn.query(({ ctx }) => readUpkeep(ctx)),
  handovers: signedIn.input(ListPage).query(({ ctx, input }) => readHandovers(ctx, input)),
  truth: signedIn.query(({ ctx }) => readTruth(ctx)),
  confirm: signedIn.input(ConfirmEntries).mutation(({ ctx, input }) => confirmEntries(ctx, input)),
  addOverlay: signedIn.input(AddOverlay).mutation(({ ctx, input }) => addOverlay(ctx, input)),
  removeOverlay: signedIn.input(OverlayId).mutation(({ ctx, input }) => removeOverlay(ctx, input)),
  answer: signedIn.input(AnswerQuestion).mutation(({ ctx, input }) => answerQuestion(ctx, input)),
  closeUpkeep: signedIn.input(CloseUpkeep).mutation(({ ctx, input }) => closeUpkeep(ctx, input)),
  proposeOwner: signedIn.input(ProposeOwner).mutation(({ ctx, input }) => proposeOwner(ctx, input)),
  withdrawOwner: signedIn.input(TrustRef).mutation(({ ctx, input }) => withdrawOwner(ctx, input)),
});
