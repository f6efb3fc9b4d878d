import { contents, personal, secret, type TablesData, withConnection } from "./line.ts";

export const connections: TablesData = {
  stored: [
    personal(
      "repository_readers",
      ["login", "external_id"],
      "Who may read a private repository at its host",
      "So that nobody sees more here than there",
      "Until the host no longer lists them",
    ),
    personal(
      "connection_health",
      ["identity"],
      "As whom a host knows the connection",
      "To see whose credentials are used",
      withConnection,
    ),
    personal(
      "connection_installations",
      ["account"],
      "Organisation or person that an App is installed at",
      "To know what it may read",
      withConnection,
    ),
    personal(
      "app_manifests",
      ["user_id", "manifest"],
      "Who is making a GitHub App",
      "So that nobody else can finish it",
      "An hour",
    ),
    secret(
      "app_manifests",
      ["state_hash", "browser_hash"],
      "State of an App that is being made",
      "So that nobody else can finish it",
      "An hour",
    ),
    contents(
      "conditional_answers",
      ["body"],
      "Answers of hosts, with texts and logins that stand in them",
      "To ask only for what has changed",
      "14 days after the last use, or until the connection is removed",
    ),
  ],
  nothingPersonal: ["connection_budgets", "source_repositories"],
};
