import { expect, test } from "vitest";
import { scopeChoices, scopeNamed, scopeQuery } from "./scope-choices.ts";

const payments = { ref: "group:default/payments", name: "payments", title: "Payments" };
const service = { ref: "component:default/payments-api", name: "payments-api", title: null };

test("a name alone stands for the entry of that name, or for the only one that it is a part of", () => {
  expect(scopeNamed("Payments", [service, payments])).toBe(payments.ref);
  const system = { ref: "system:default/payments", name: "payments", title: null };
  expect(scopeNamed("payments", [system, payments])).toBe(payments.ref);
  expect(scopeNamed("api", [service])).toBe(service.ref);
  expect(scopeNamed("pay", [service, payments])).toBe("pay");
  expect(scopeNamed("system:default/shop", [payments])).toBe("system:default/shop");
});

test("suggestions say what each is, and a whole reference finds itself", () => {
  expect(scopeChoices([payments, service]).map(({ words }) => words)).toEqual([
    "Team Payments",
    "Service payments-api",
  ]);
  expect(scopeQuery("group:default/payments").query).toBe("payments");
  expect(scopeQuery("group:pay").query).toBe("pay");
});
