import { CreateServiceToken, RevokeToken } from "#server/identity/inputs.ts";
import { disablePerson, enablePerson } from "#server/identity/people/disable-person.ts";
import {
  CreateServiceAccount,
  DisablePerson,
  FindPersonChoices,
  GroupRoleId,
  LinkPerson,
  ListPeople,
  ReadGranters,
  ResolveReview,
  SaveGroupRole,
  ServiceAccountId,
  SetMaintainer,
  SetRole,
  UserId,
} from "#server/identity/people/inputs.ts";
import { linkPerson } from "#server/identity/people/link-person.ts";
import { readGranters } from "#server/identity/people/read-granters.ts";
import { readGroupRoles } from "#server/identity/people/read-group-roles.ts";
import { readPeople } from "#server/identity/people/read-people.ts";
import { readPersonChoices } from "#server/identity/people/read-person-choices.ts";
import { readTeams } from "#server/identity/people/read-teams.ts";
import { readReviews, resolveReview } from "#server/identity/people/reviews.ts";
import { removeGroupRole, saveGroupRole } from "#server/identity/people/save-group-role.ts";
import { setMaintainer } from "#server/identity/people/set-maintainer.ts";
import { setRole } from "#server/identity/people/set-role.ts";
import { createServiceAccount } from "#server/identity/service-accounts/create-service-account.ts";
import { createServiceToken } from "#server/identity/service-accounts/create-service-token.ts";
import { readServiceAccounts } from "#server/identity/service-accounts/read-service-accounts.ts";
import { revokeServiceToken } from "#server/identity/service-accounts/revoke-service-token.ts";
import {
  disableServiceAccount,
  enableServiceAccount,
} from "#server/identity/service-accounts/switch-service-account.ts";
import { role, signedIn } from "./init.ts";

/** People, their roles and teams. What maintainers may do besides those who run the portal, the verbs say. */
export const people = {
  people: signedIn.input(ListPeople).query(({ ctx, input }) => readPeople(ctx, input)),
  personChoices: signedIn.input(FindPersonChoices).query(({ ctx, input }) => readPersonChoices(ctx, input)),
  linkPerson: signedIn.input(LinkPerson).mutation(({ ctx, input }) => linkPerson(ctx, input)),
  setRole: role("admin")
    .input(SetRole)
    .mutation(({ ctx, input }) => setRole(ctx, input)),
  disablePerson: role("admin")
    .input(DisablePerson)
    .mutation(({ ctx, input }) => disablePerson(ctx, input)),
  enablePerson: role("admin")
    .input(UserId)
    .mutation(({ ctx, input }) => enablePerson(ctx, input)),
  groupRoles: role("platform").query(({ ctx }) => readGroupRoles(ctx)),
  saveGroupRole: role("admin")
    .input(SaveGroupRole)
    .mutation(({ ctx, input }) => saveGroupRole(ctx, input)),
  removeGroupRole: role("admin")
    .input(GroupRoleId)
    .mutation(({ ctx, input }) => removeGroupRole(ctx, input)),
  teams: signedIn.query(({ ctx }) => readTeams(ctx)),
  setMaintainer: signedIn.input(SetMaintainer).mutation(({ ctx, input }) => setMaintainer(ctx, input)),
  reviews: signedIn.query(({ ctx }) => readReviews(ctx)),
  resolveReview: signedIn.input(ResolveReview).mutation(({ ctx, input }) => resolveReview(ctx, input)),
  granters: signedIn.input(ReadGranters).query(({ ctx, input }) => readGranters(ctx, input)),
};

export const serviceAccounts = {
  serviceAccounts: signedIn.query(({ ctx }) => readServiceAccounts(ctx)),
  createServiceAccount: signedIn
    .input(CreateServiceAccount)
    .mutation(({ ctx, input }) => createServiceAccount(ctx, input)),
  disableServiceAccount: signedIn
    .input(ServiceAccountId)
    .mutation(({ ctx, input }) => disableServiceAccount(ctx, input)),
  enableServiceAccount: signedIn
    .input(ServiceAccountId)
    .mutation(({ ctx, input }) => enableServiceAccount(ctx, input)),
  createServiceToken: signedIn
    .input(CreateServiceToken)
    .mutation(({ ctx, input }) => createServiceToken(ctx, input)),
  revokeServiceToken: signedIn
    .input(RevokeToken)
    .mutation(({ ctx, input }) => revokeServiceToken(ctx, input)),
};
