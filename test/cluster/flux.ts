import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { KubernetesObject } from "../../src/signal/object.ts";
import { runGit } from "../forge/stand-in/git.ts";
import { DEFINITIONS_FOLDER } from "../tools/cluster-tools.ts";
import { objectsIn, type RealCluster } from "./cluster.ts";

/** Flux at work: the real kustomize-controller, and beside it what is played of the other controllers. */
export type Flux = {
  /** Hands every event of Flux on, as notification-controller does. */
  readonly tell: (listener: (body: string) => Promise<void>) => void;
  readonly stop: () => Promise<void>;
};

/** Installs Flux's definitions and starts it. The bare git repository is what the GitRepository `flux-system` follows. */
export async function startFlux(cluster: RealCluster, gitFolder: string): Promise<Flux> {
  for (const file of readdirSync(DEFINITIONS_FOLDER))
    await cluster.admin.put(objectsIn(readFileSync(join(DEFINITIONS_FOLDER, file), "utf8")));
  const listeners: ((body: string) => Promise<void>)[] = [];
  const server = createServer(async (request, response) => {
    const [, commit] = /^\/([0-9a-f]{40})\.tar\.gz$/.exec(request.url ?? "") ?? [];
    if (commit !== undefined) return void response.end(await archiveOf(gitFolder, commit));
    const body = Buffer.concat(await request.toArray()).toString();
    for (const listener of listeners) await listener(body);
    response.end();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  startController(cluster, url);
  const following = new AbortController();
  const followed = follow(cluster, { gitFolder, url, stopped: following.signal });
  return {
    tell: (listener) => listeners.push(listener),
    stop: async () => {
      following.abort();
      await followed;
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function archiveOf(gitFolder: string, commit: string): Promise<Buffer> {
  return runGit(["--git-dir", gitFolder, "archive", "--format=tar.gz", commit]);
}

function startController(cluster: RealCluster, eventsAddress: string): void {
  // It empties its temporary folder when it starts.
  const temporary = join(cluster.folder, "kustomize-controller");
  mkdirSync(temporary);
  const args = [
    `--events-addr=${eventsAddress}`,
    "--metrics-addr=127.0.0.1:0",
    "--health-addr=127.0.0.1:0",
    "--requeue-dependency=2s",
  ];
  const env = { KUBECONFIG: cluster.kubeconfig(), RUNTIME_NAMESPACE: "flux-system", TMPDIR: temporary };
  cluster.start("kustomize-controller", args, cluster.folder, env);
}

type Followed = { readonly gitFolder: string; readonly url: string; readonly stopped: AbortSignal };

/** Plays source-controller: what the branch holds becomes the artifact of the GitRepository. */
async function follow({ admin }: RealCluster, { gitFolder, url, stopped }: Followed): Promise<void> {
  for (let known = ""; !stopped.aborted; await wait(200)) {
    const commit = (await runGit(["--git-dir", gitFolder, "rev-parse", "main"])).toString().trim();
    if (commit === known) continue;
    const repository = await admin.read("GitRepository", "flux-system", "flux-system").catch(() => undefined);
    if (repository === undefined) continue;
    await admin.patch(repository, { status: await fetched(repository, { gitFolder, url, commit }) }, "/status");
    known = commit;
  }
}

async function fetched(
  { metadata }: KubernetesObject,
  { gitFolder, url, commit }: { readonly gitFolder: string; readonly url: string; readonly commit: string },
) {
  const archive = await archiveOf(gitFolder, commit);
  const at = new Date().toISOString().replace(/\.\d+/, "");
  const revision = `main@sha1:${commit}`;
  const message = `stored artifact for revision '${revision}'`;
  const observedGeneration = metadata.generation;
  return {
    observedGeneration,
    artifact: {
      path: `${commit}.tar.gz`,
      url: `${url}/${commit}.tar.gz`,
      revision,
      digest: `sha256:${createHash("sha256").update(archive).digest("hex")}`,
      size: archive.length,
      lastUpdateTime: at,
    },
    conditions: [
      { type: "Ready", status: "True", reason: "Succeeded", message, observedGeneration, lastTransitionTime: at },
    ],
  };
}
