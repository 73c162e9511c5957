import type { Access, Issues, Proposals } from "../ports.ts";
import { openAccess } from "./github/access.ts";
import { type App, type AppSettings, openApp } from "./github/app.ts";
import { openClient } from "./github/client.ts";
import { openIssues } from "./github/issues.ts";
import { openProposals } from "./github/proposals.ts";

/** GitHub as the forge: issues, proposals and rights, and the server that hears of them. */
export type GitHub = {
  readonly issues: Issues;
  readonly proposals: Proposals;
  readonly access: Access;
  readonly listen: App["listen"];
};

/** Opens GitHub for one App; nothing is sent before the first call. */
export async function openGitHub(settings: AppSettings): Promise<GitHub> {
  const app = await openApp(settings);
  const client = openClient(app);
  return {
    issues: openIssues(client),
    proposals: openProposals(client),
    access: openAccess(client, settings.apiUrl),
    listen: app.listen,
  };
}
