import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../src/signal/object.ts";
import { type Person, personAt } from "./admin.ts";
import { freePorts, type RunningProgram, startProgram, until } from "./program.ts";

/** A real API server with its own store, on this machine and for one test. */
export type RealCluster = {
  readonly url: string;
  readonly folder: string;
  readonly admin: Person;
  /** The certificate by which the API server is known, and its key: also good for a kubelet that it asks for logs. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** A kubeconfig file for a token (the administrator's without one), at the server or at what stands before it. */
  readonly kubeconfig: (token?: string, url?: string) => string;
  /** Somebody else with a token. */
  readonly person: (token: string) => Person;
  /** A token of a service account, as a pod of it would have. */
  readonly tokenOf: (namespace: string, account: string) => Promise<string>;
  /** Makes the store forget everything but the present: lists that began before cannot go on. */
  readonly forget: () => Promise<void>;
  /** Another program of the cluster, stopped with it. */
  readonly start: (...program: Parameters<typeof startProgram>) => RunningProgram;
  readonly stop: () => Promise<void>;
};

const ADMIN = "admin-token";
const ATTEMPTS = 3;

/** Starts a store and an API server, with more arguments where some are given, and waits until it is ready. */
export async function startRealCluster(...more: readonly string[]): Promise<RealCluster> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryCluster(more);
    } catch (error) {
      // A port that was free a moment ago may be another program's by now.
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function tryCluster(more: readonly string[]): Promise<RealCluster> {
  const folder = mkdtempSync(join(tmpdir(), "oakum-cluster-"));
  const programs: RunningProgram[] = [];
  const start: RealCluster["start"] = (...program) => {
    const running = startProgram(...program);
    programs.unshift(running);
    return running;
  };
  const stop = async (): Promise<void> => {
    for (const program of programs) await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await startServer(folder, start, more)), folder, start, stop };
  } catch (error) {
    const words = programs.map((program) => program.lastWords()).join("\n");
    await stop();
    throw new Error(`${error instanceof Error ? error.message : error}\n${words}`);
  }
}

async function startServer(folder: string, start: RealCluster["start"], more: readonly string[]) {
  const [client = 0, peer = 0, port = 0] = await freePorts(3);
  const store = `http://127.0.0.1:${client}`;
  const url = `https://127.0.0.1:${port}`;
  const etcd = start("etcd", etcdArguments(folder, store, `http://127.0.0.1:${peer}`), folder);
  const server = start("kube-apiserver", [...serverArguments(folder, store, port), ...more], folder);
  const certs = join(folder, "certs");
  const mustRun = (): void => {
    if (etcd.hasEnded() || server.hasEnded()) throw new Error("The store or the API server ended before it was ready");
  };
  const cert = await until("the certificate of the API server", async () => {
    mustRun();
    return existsSync(join(certs, "apiserver.key")) && readFileSync(join(certs, "apiserver.crt"), "utf8");
  });
  const admin = personAt(url, cert, ADMIN);
  await until("the API server to be ready", async () => {
    mustRun();
    return (await admin.ask("GET", "/readyz").catch(() => undefined))?.status === 200;
  });
  let count = 0;
  return {
    url,
    admin,
    person: (token: string) => personAt(url, cert, token),
    certificate: { cert, key: readFileSync(join(certs, "apiserver.key"), "utf8") },
    kubeconfig: (token = ADMIN, at = url) => {
      const file = join(folder, `kubeconfig-${count++}`);
      writeFileSync(file, kubeconfigOf(at, cert, token));
      return file;
    },
    tokenOf: async (namespace: string, account: string) => {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
      const { text } = await admin.ask("POST", path, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest" });
      return String(JSON.parse(text).status.token);
    },
    forget: () => compact(store),
  };
}

function etcdArguments(folder: string, store: string, peer: string): string[] {
  return [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=${store}`,
    `--advertise-client-urls=${store}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    "--unsafe-no-fsync",
    "--log-level=warn",
  ];
}

function serverArguments(folder: string, store: string, port: number): string[] {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const files = {
    "tokens.csv": `${ADMIN},admin,admin,system:masters\n`,
    "accounts.pub": publicKey.export({ type: "spki", format: "pem" }),
    "accounts.key": privateKey.export({ type: "pkcs8", format: "pem" }),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  mkdirSync(join(folder, "certs"));
  return [
    `--etcd-servers=${store}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, "certs")}`,
    `--token-auth-file=${join(folder, "tokens.csv")}`,
    "--authorization-mode=RBAC",
    "--service-account-issuer=https://oakum.test",
    `--service-account-key-file=${join(folder, "accounts.pub")}`,
    `--service-account-signing-key-file=${join(folder, "accounts.key")}`,
    "--service-cluster-ip-range=10.0.0.0/24",
    // Spares every pod a service account of its own.
    "--disable-admission-plugins=ServiceAccount",
    "--kubelet-preferred-address-types=InternalIP",
  ];
}

function kubeconfigOf(server: string, ca: string, token: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    clusters: [{ name: "test", cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") } }],
    users: [{ name: "test", user: { token } }],
  });
}

async function compact(store: string): Promise<void> {
  const ask = async (path: string, body: object): Promise<{ readonly header: { readonly revision: string } }> => {
    const answer = await fetch(`${store}/v3/kv/${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`etcd refuses ${path}: ${await answer.text()}`);
    return (await answer.json()) as { header: { revision: string } };
  };
  // What is the present must lie behind every list that has begun.
  const { header } = await ask("put", { key: Buffer.from("/forget").toString("base64"), value: "" });
  await ask("compaction", { revision: header.revision, physical: true });
}

/** Waits until the server serves the kinds of these objects: a definition takes a moment. */
export async function untilServed({ admin }: RealCluster, objects: readonly KubernetesObject[]): Promise<void> {
  const versions = new Set(objects.map(({ apiVersion }) => apiVersion).filter((version) => version.includes("/")));
  await until("the definitions to be served", async () => {
    const answers = await Promise.all([...versions].map((version) => admin.ask("GET", `/apis/${version}`)));
    return answers.every(({ status }) => status === 200);
  });
}

/** The objects of a manifest. */
export function objectsIn(text: string): KubernetesObject[] {
  return parseAllDocuments(text).map((document) => document.toJS());
}
