import { createHmac } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { randomFor } from "#db/seed/random.ts";
import type { ReceiverKind } from "#server/delivery/sources/model.ts";
import { saveReceiver } from "#server/delivery/sources/receivers.ts";
import { createToken } from "#server/identity/create-token.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices } from "#server/testing/figures.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { bodyCount, mutateBody } from "#server/testing/mutate-body.ts";
import { person } from "#server/testing/people.ts";
import {
  alertmanagerBody,
  cdEventBodies,
  incidentBody,
  opsgenieBody,
  pagerDutyBody,
  reportBody,
} from "#server/testing/sent-bodies.ts";
import { servePortal } from "#server/testing/serve-portal.ts";

const count = bodyCount(600);
const secret = "a secret of a pager";

test(`${count} broken bodies of programs and pagers: each is taken or refused with a sentence`, {
  timeout: 240_000 + count * 100,
}, async ({ db }) => {
  const portal = await servePortal(db);
  try {
    await importServices(db, { sent: "shop" });
    const made = { name: "CI", role: "platform" as const, scopes: ["delivery-write" as const] };
    const bearer = { authorization: `Bearer ${(await createToken(as(db), made)).token}` };
    const receiver = async (kind: ReceiverKind) => {
      const own = kind === "pagerduty" ? { secret } : {};
      const saved = await saveReceiver(
        as(db, person("admin")),
        { kind, name: kind, isOn: true, renews: false, ...own },
        testKeyring,
      );
      return { path: saved.path, headers: { authorization: `Bearer ${saved.secret}` } };
    };
    const doors: { path: string; headers: Record<string, string>; bodies: readonly object[] }[] = [
      { path: "/api/v1/delivery/deployments", headers: bearer, bodies: [reportBody] },
      { path: "/api/v1/delivery/incidents", headers: bearer, bodies: [incidentBody] },
      { path: "/api/webhooks/cdevents", headers: bearer, bodies: cdEventBodies },
      {
        path: "/api/webhooks/cdevents",
        headers: { ...bearer, "content-type": "application/cloudevents-batch+json" },
        bodies: [cdEventBodies.slice(2)],
      },
      { ...(await receiver("pagerduty")), bodies: [pagerDutyBody] },
      { ...(await receiver("opsgenie")), bodies: [opsgenieBody] },
      { ...(await receiver("alertmanager")), bodies: [alertmanagerBody] },
    ];
    const random = randomFor("broken calls");
    const tally = { taken: 0, refused: 0 };
    const send = async (number: number) => {
      const door = doors[number % doors.length]!;
      const whole = Buffer.from(JSON.stringify(door.bodies[random.between(0, door.bodies.length - 1)]));
      const body = mutateBody(whole, random);
      const signature = `v1=${createHmac("sha256", secret).update(body).digest("hex")}`;
      const answer = await fetch(`${portal.address}${door.path}`, {
        method: "POST",
        headers: { ...door.headers, "x-pagerduty-signature": signature },
        body: new Uint8Array(body),
      });
      const text = await answer.text();
      if (answer.ok) tally.taken += 1;
      else {
        const { error } = JSON.parse(text) as { error: { message: string } };
        if (answer.status >= 500 || error.message.length < 10)
          expect.fail(`${answer.status} ${text} for ${body.toString("utf8").slice(0, 2_000)}`);
        tally.refused += 1;
      }
    };
    const started = { next: 0 };
    const lane = async () => {
      while (started.next < count) await send(started.next++);
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
    expect(portal.bugs).toEqual([]);
    expect(tally.taken + tally.refused).toBe(count);
    expect(tally.taken).toBeGreaterThan(count / 10);
    expect(tally.refused).toBeGreaterThan(count / 10);
    const strange = await db.execute(sql`
      select 'deployment' as what, key from reported_deployments
      where created_at < '2000-01-01' or created_at > now() + interval '1 day' or succeeded_at < created_at
      union all
      select 'incident', key from reported_incidents
      where opened_at < '2000-01-01' or opened_at > now() + interval '1 day' or resolved_at < opened_at`);
    expect(strange).toEqual([]);
  } finally {
    await portal.close();
  }
});
