import { join } from "node:path";
import { pino } from "pino";
import { openState, type State } from "../../src/adapters/database/state.ts";
import { mirror } from "../../src/adapters/git-mirror.ts";
import { openGitHub } from "../../src/adapters/github.ts";
import { loadPolicies } from "../../src/adapters/policy-files.ts";
import type { Incident, RepositoryRef } from "../../src/incident/incident.ts";
import { LIMITS } from "../../src/incident/limits.ts";
import { repositoryIdentity } from "../../src/manifest/flux/repository.ts";
import { valueAt } from "../../src/manifest/path.ts";
import { consider } from "../../src/proposal/consider.ts";
import { condition } from "../../src/recovery/health.ts";
import { type Serving, startServing } from "../../src/serving.ts";
import type { Settings } from "../../src/settings.ts";
import { parseAlertmanager } from "../../src/signal/alertmanager.ts";
import { parseFluxEvent } from "../../src/signal/flux-event.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";
import { type Forge, startForge } from "../forge/stand-in/server.ts";
import { signatureOf } from "../forge/stand-in/webhooks.ts";
import { type ClusterTwin, openClusterTwin } from "../twins/cluster.ts";
import type { Case } from "./case.ts";
import type { DemoClock } from "./clock.ts";

/** Everything that plays along: the forge, the cluster, and the bot between them. */
export type Stage = {
  readonly clock: DemoClock;
  readonly forge: Forge;
  readonly repository: RepositoryRef;
  /** Whether an incident is the one that the case tells of; another may be seen beside it. */
  readonly isTold: (incident: Incident) => boolean;
  readonly cluster: ClusterTwin;
  readonly state: State;
  readonly bot: Serving;
  /** How often the bot has looked at the cluster to the end. */
  readonly looks: () => number;
  readonly alertmanagerToken: string;
  readonly close: () => Promise<void>;
};

/** How a stage is set up. */
export type StageSettings = {
  readonly folder: string;
  /** Nothing that is merged helps. */
  readonly isBeyondRepair: boolean;
  readonly clock: DemoClock;
  /** Whether Octokit keeps writes apart as GitHub asks. */
  readonly spacing?: boolean;
  readonly pollSeconds?: number;
  /** While this holds, the cluster shows nothing, as if all were well. */
  readonly isCalm?: () => boolean;
  /** Without it, the embedded database. */
  readonly databaseUrl?: string;
};

const TOKEN = "the demo's Alertmanager";
const FLUX_SECRET = "the demo's Flux";

/** Sets the stage for a case. */
export async function setStage(played: Case, settings: StageSettings): Promise<Stage> {
  const { world, checkout, truth, clone } = played;
  const { clock } = settings;
  const { repository, url } = repositoryOf(played);
  const collaborators = { you: "write" } as const;
  const forge = await startForge({
    folder: settings.folder,
    now: clock.now,
    repositories: [{ ...repository, from: clone, collaborators }],
  });
  const twin = openClusterTwin({
    world,
    before: checkout.tree,
    truth,
    now: clock.now,
    isBeyondRepair: settings.isBeyondRepair,
  });
  const log = pino({ level: "silent" });
  const options = settingsFor(forge, { repository, url }, settings);
  const place = settings.databaseUrl === undefined ? { folder: options.folder } : { databaseUrl: settings.databaseUrl };
  const state = await openState(place, { auditKey: options.auditKey, log, now: clock.now });
  const github = await openGitHub({ ...options.app, apiUrl: forge.apiUrl, spacing: options.spacing, log });
  const token = async (): Promise<string> => (await github.access.clone(repository)).token;
  const copy = mirror({
    url: (await github.access.clone(repository)).url,
    folder: join(settings.folder, "mirror"),
    token,
  });
  const policies = loadPolicies(join(import.meta.dirname, "../../policies"));
  let looks = 0;
  const cluster = {
    look: async () => {
      const seen = await twin.look();
      looks += 1;
      return settings.isCalm?.() ? { ...seen, objects: [] } : seen;
    },
  };
  const bot = await startServing(options, {
    github,
    state,
    cluster,
    openRepository: async () => copy,
    consider: (material) => consider({ ...material, policies }),
    clock,
    log,
    parse: { alertmanager: parseAlertmanager, flux: parseFluxEvent },
    say: () => undefined,
  });
  forge.webhooks.deliverTo(`${bot.url}/api/github/webhooks`);
  const close = async (): Promise<void> => {
    await forge.webhooks.settled();
    await bot.stop();
    await forge.close();
  };
  const isTold = ({ root }: Incident): boolean =>
    truth.roots.some(
      ({ kind, name, namespace }) => kind === root.kind && name === root.name && namespace === root.namespace,
    );
  const told = { clock, forge, repository, isTold, cluster: twin, state, bot };
  return { ...told, looks: () => looks, alertmanagerToken: TOKEN, close };
}

/** Posts Alertmanager's own body to the bot; resolved, where the alerts are over at this time. */
export async function postAlert({ bot, alertmanagerToken }: Stage, body: unknown, resolvedAt?: Date): Promise<void> {
  const sent = resolvedAt === undefined ? body : resolved(body as AlertBody, resolvedAt);
  const headers = { "content-type": "application/json", authorization: `Bearer ${alertmanagerToken}` };
  const answer = await fetch(`${bot.url}/webhooks/alertmanager`, {
    method: "POST",
    headers,
    body: JSON.stringify(sent),
  });
  if (answer.status !== 202) throw new Error(`The bot answered ${answer.status}: ${await answer.text()}`);
}

/** Tells the bot what Flux's notification-controller tells: how each Kustomization fares now, signed. */
export async function postFluxEvents({ bot, cluster, clock }: Stage): Promise<void> {
  const { objects } = await cluster.look();
  for (const { apiVersion, kind, metadata, ...object } of objects) {
    const ready = condition({ apiVersion, kind, metadata, ...object }, "Ready");
    if (kind !== "Kustomization" || ready === undefined) continue;
    const body = JSON.stringify({
      involvedObject: { apiVersion, kind, namespace: metadata.namespace, name: metadata.name, uid: metadata.uid },
      severity: ready.status === "True" ? "info" : "error",
      timestamp: clock.now().toISOString(),
      message: ready.message,
      reason: ready.reason,
      reportingController: "kustomize-controller",
    });
    const headers = { "content-type": "application/json", "x-signature": signatureOf(body, FLUX_SECRET) };
    const answer = await fetch(`${bot.url}/webhooks/flux`, { method: "POST", headers, body });
    if (answer.status !== 202) throw new Error(`The bot answered ${answer.status}: ${await answer.text()}`);
  }
}

/** Waits until a look that began after this is done. */
export function looked(stage: Stage): Promise<true> {
  const isEnough = enoughLooks(stage);
  return until("looks at all there is", async () => isEnough() || undefined);
}

// The look under way may have begun too early, the next one sees it all, and a third one begins when that is done.
function enoughLooks(stage: Stage): () => boolean {
  const enough = stage.looks() + 3;
  return () => stage.looks() >= enough;
}

/** Waits until an incident is in one of these states; undefined where the bot finds nothing to do. */
export async function waitFor(stage: Stage, ...statuses: readonly Incident["status"][]): Promise<Incident | undefined> {
  const isLooked = enoughLooks(stage);
  const found = await until(`an incident that is ${statuses.join(" or ")}`, async () => {
    const incidents = await stage.state.ledger.list();
    const there = incidents.filter(({ status }) => statuses.includes(status));
    const isEnough = isLooked();
    const incident = there.find(stage.isTold) ?? (isEnough ? there[0] : undefined);
    return incident ?? (incidents.length === 0 && isEnough ? "none" : undefined);
  });
  return found === "none" ? undefined : found;
}

/** Asks again and again until there is an answer. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + 90_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`Expected ${what} within 90 s`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

type AlertBody = { readonly status: string; readonly alerts: readonly object[] };

function resolved(body: AlertBody, at: Date): AlertBody {
  const alerts = body.alerts.map((alert) => ({ ...alert, status: "resolved", endsAt: at.toISOString() }));
  return { ...body, status: "resolved", alerts };
}

/** The repository that Flux follows, under the owner and name of its own URL. */
function repositoryOf({ world, checkout }: Case): { readonly repository: RepositoryRef; readonly url: string } {
  const sources = world.objects.filter(({ kind }) => kind === "GitRepository");
  const { history } = checkout;
  const holds = (source: KubernetesObject): boolean => {
    const revision = String(valueAt(source, ["status", "artifact", "revision"]) ?? "");
    return history.known && history.commits.some(({ hash }) => revision.endsWith(hash));
  };
  // A cluster may follow others' repositories too.
  const source = sources.find(holds) ?? sources[0];
  // Without any, the bot has to say that it may propose nowhere.
  const url = String((source && valueAt(source, ["spec", "url"])) ?? "https://git.test/demo/fleet");
  const [owner = "demo", name = "fleet"] = repositoryIdentity(url).split("/").slice(-2);
  return { repository: { owner, name }, url };
}

function settingsFor(
  forge: Forge,
  { repository, url }: ReturnType<typeof repositoryOf>,
  settings: StageSettings,
): Settings {
  const { id, privateKey, webhookSecret } = forge.app;
  return {
    app: { appId: String(id), privateKey, webhookSecret },
    spacing: settings.spacing ?? false,
    host: "127.0.0.1",
    port: 0,
    cluster: "demo",
    repositories: [{ repository, urls: [url] }],
    databaseUrl: null,
    folder: join(settings.folder, "state"),
    auditKey: "the demo's audit",
    alertmanager: [{ by: "bearer", token: TOKEN }],
    flux: [{ by: "hmac", secret: FLUX_SECRET }],
    policies: null,
    dryRun: false,
    metrics: null,
    notify: null,
    pollSeconds: settings.pollSeconds ?? 2,
    limits: { ...LIMITS, patience: 1 },
  };
}
