import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import type { State } from "../../src/adapters/database/state.ts";
import { mirror } from "../../src/adapters/git-mirror.ts";
import { openGitHub } from "../../src/adapters/github.ts";
import { LIMITS } from "../../src/incident/limits.ts";
import type { Material } from "../../src/proposal/consider.ts";
import type { Report } from "../../src/proposal/report.ts";
import { type Parts, type Serving, startServing } from "../../src/serving.ts";
import type { Settings } from "../../src/settings.ts";
import type { Signal } from "../../src/signal/signal.ts";
import { repository } from "../incident/incidents.ts";
import { reportAbout } from "../pipeline/story.ts";
import { cluster, type Held } from "../recovery/worlds.ts";

/** Where the stand-in is, and as which App the bot comes. */
type ForgeAddress = {
  readonly apiUrl: string;
  readonly appId: string;
  readonly privateKey: string;
  readonly webhookSecret: string;
};

/** What a life is played with: the cluster is a file, so that the test changes it under the bot's eyes; or `parts` has another. */
export type Life = { readonly forge: ForgeAddress; readonly folder: string; readonly parts?: Partial<Parts> };

/** Where the test writes what the cluster holds. */
export function heldFile(folder: string): string {
  return join(folder, "held.json");
}

export const TOKEN = "a token for tests";

/** Starts the real bot over the real adapters, with one rule and a played cluster where no other parts are given. */
export async function startLife(
  { forge, folder, parts }: Life,
  state: State,
  change: Partial<Settings> = {},
): Promise<Serving> {
  const silent = pino({ level: "silent" });
  const settings = settingsOf(forge, folder);
  const github = await openGitHub({ ...settings.app, apiUrl: forge.apiUrl, spacing: false, log: silent });
  const { url } = await github.access.clone(repository);
  const token = async () => (await github.access.clone(repository)).token;
  const fleet = mirror({ url, folder: join(folder, "mirror"), token });
  const parse = (body: unknown): readonly Signal[] => body as readonly Signal[];
  return startServing(
    { ...settings, ...change },
    {
      github,
      state,
      cluster: { look: async () => cluster(JSON.parse(await readFile(heldFile(folder), "utf8")) as Held) },
      openRepository: async () => fleet,
      consider,
      clock: { now: () => new Date() },
      log: silent,
      parse: { alertmanager: parse, flux: parse },
      say: () => undefined,
      ...parts,
    },
  );
}

function consider({ world }: Material): Report {
  const failing = world.objects.filter(
    ({ kind, status }) => kind === "Deployment" && (status as { availableReplicas: number }).availableReplicas < 2,
  );
  const incidents = failing.map(({ metadata }) => reportAbout(metadata.name));
  return { version: 1, incidents, healthy: incidents.length === 0, unknown: [] };
}

function settingsOf({ appId, privateKey, webhookSecret }: ForgeAddress, folder: string): Settings {
  return {
    app: { appId, privateKey, webhookSecret },
    spacing: false,
    host: "127.0.0.1",
    port: 0,
    cluster: "prod",
    repositories: [{ repository, urls: ["https://github.com/larkspur/fleet"] }],
    folder,
    databaseUrl: null,
    auditKey: "a key for tests",
    alertmanager: [{ by: "bearer", token: TOKEN }],
    flux: [{ by: "hmac", secret: TOKEN }],
    policies: null,
    dryRun: false,
    pollSeconds: 0.2,
    metrics: null,
    notify: null,
    limits: { ...LIMITS, quietFor: 300, fatePoll: 300 },
  };
}
