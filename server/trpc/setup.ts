import { readEnv } from "#server/core/env.ts";
import { currentKeyring, keyFile } from "#server/core/keyring.ts";
import { makeWebhookSecret } from "#server/github/make-webhook-secret.ts";
import { webhookPath } from "#server/github/model.ts";
import { SaveProvider } from "#server/identity/providers/inputs.ts";
import { readOfferedProviders, readProviders } from "#server/identity/providers/read.ts";
import { saveProvider } from "#server/identity/providers/save-provider.ts";
import { answerStep } from "#server/installation/answer-step.ts";
import { finishSetup } from "#server/installation/finish-setup.ts";
import { AnswerStep, SetTimeZone } from "#server/installation/inputs.ts";
import { readSetup } from "#server/installation/read-setup.ts";
import { setTimeZone } from "#server/installation/set-time-zone.ts";
import { inSetup, router } from "./init.ts";

/** The guided setup: for the browser that showed the setup token, until it is finished. Its verbs act as the system. */
export const setup = router({
  state: inSetup.query(async ({ ctx }) => {
    const { MILEPOST_URL: publicUrl = "", ...env } = readEnv();
    const { source, active } = currentKeyring();
    return {
      ...(await readSetup(ctx)),
      offered: await readOfferedProviders(ctx),
      publicUrl,
      webhookUrl: URL.parse(webhookPath, publicUrl)?.href ?? webhookPath,
      key: { id: active().id, file: source === "file" ? keyFile(env) : null },
    };
  }),
  providers: inSetup.query(({ ctx }) => readProviders(ctx)),
  saveProvider: inSetup
    .input(SaveProvider)
    .mutation(({ ctx, input }) => saveProvider(ctx, input, currentKeyring())),
  makeWebhookSecret: inSetup.mutation(({ ctx }) =>
    makeWebhookSecret(ctx, { retiresOthers: false }, currentKeyring()),
  ),
  setTimeZone: inSetup.input(SetTimeZone).mutation(({ ctx, input }) => setTimeZone(ctx, input)),
  answer: inSetup.input(AnswerStep).mutation(({ ctx, input }) => answerStep(ctx, input)),
  finish: inSetup.mutation(({ ctx }) => finishSetup(ctx)),
});
