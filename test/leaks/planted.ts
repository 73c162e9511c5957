import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const RECORDED = join(import.meta.dirname, "../cases/recorded/image-tag");

const planted = new Set<string>();

/** A secret of its own for each place, so that a leak tells where it came from. */
export function canary(place: string): string {
  const value = `c4n4ry${place.replace(/\W/g, "")}Zq7Lm29vTx`;
  planted.add(value);
  return value;
}

/** Every planted secret that stands in a text, plain or in base64. */
export function canariesIn(text: string): readonly string[] {
  return [...planted].filter((value) => text.includes(value) || text.includes(base64(value)));
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

const settings = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;

const GIT: Readonly<Record<string, string>> = {
  "apps/prod/secret.yaml": settings(
    "apiVersion: v1",
    "kind: Secret",
    "metadata:",
    "  name: postgres-auth",
    "data:",
    `  password: ${base64(canary("git Secret data"))}`,
    "stringData:",
    `  dsn: postgres://shop:${canary("git Secret dsn")}@postgres/shop`,
  ),
  "apps/prod/settings.yaml": settings(
    "apiVersion: v1",
    "kind: ConfigMap",
    "metadata:",
    "  name: ci",
    "data:",
    `  API_TOKEN: ${canary("git ConfigMap")}`,
    `  app.ini: "password = ${canary("git ini")}"`,
  ),
  "apps/prod/release.yaml": settings(
    "apiVersion: helm.toolkit.fluxcd.io/v2",
    "kind: HelmRelease",
    "metadata:",
    "  name: grafana",
    "spec:",
    "  chart: {spec: {chart: grafana, sourceRef: {kind: HelmRepository, name: grafana}}}",
    "  values:",
    `    adminPassword: ${canary("git HelmRelease")}`,
  ),
  "apps/prod/db.env": settings(`DB_PASSWORD=${canary("git env file")}`),
  "apps/prod/sealed.sops.yaml": settings(
    "apiVersion: v1",
    "kind: Secret",
    "metadata: {name: sealed}",
    "stringData:",
    `  password: ENC[AES256_GCM,data:${canary("git SOPS")},iv:aa,tag:bb,type:str]`,
    "sops:",
    "  mac: ENC[AES256_GCM,data:x,iv:aa,tag:bb,type:str]",
    "  version: 3.9.0",
  ),
};

const MORE = settings(
  "- secret.yaml",
  "- settings.yaml",
  "- release.yaml",
  "secretGenerator:",
  "- name: generated",
  `  literals: [password=${canary("git literal")}]`,
  "  envs: [db.env]",
);

/** A recorded incident with secrets in every place where people and programs leave them. */
export type Planted = {
  readonly snapshot: string;
  readonly repo: string;
  readonly alerts: string;
  readonly remove: () => void;
};

/** Plants; `beside` is written next to the very line that is to be changed. */
export function plant(beside = ""): Planted {
  const home = mkdtempSync(join(tmpdir(), "oakum-leaks-"));
  const places = { snapshot: join(home, "snapshot"), repo: join(home, "repo"), alerts: join(home, "alerts.json") };
  cpSync(join(RECORDED, "snapshot"), places.snapshot, { recursive: true });
  plantInSnapshot(places.snapshot);
  plantInAlerts(places.alerts);
  plantInGit(places.repo, beside);
  return { ...places, remove: () => rmSync(home, { recursive: true }) };
}

type Item = { metadata: { name: string; annotations?: Record<string, string> }; [field: string]: unknown };

function plantInSnapshot(folder: string): void {
  const list = (name: string, change: (items: Item[]) => void): void => {
    const file = join(folder, name);
    const read = JSON.parse(readFileSync(file, "utf8")) as { items: Item[] };
    change(read.items);
    writeFileSync(file, JSON.stringify(read));
  };
  const inSecret = canary("cluster Secret");
  list("secrets.json", (items) => {
    for (const secret of items) secret["data"] = { password: base64(inSecret), pin: base64(canary("cluster pin")) };
  });
  list("pods.json", (items) => {
    for (const pod of items) {
      pod.metadata.annotations = { "ci.example.test/token": canary("annotation"), note: `set by ${inSecret}` };
      const [container] = (pod["spec"] as { containers: { env?: unknown[]; args?: unknown[] }[] }).containers;
      container?.env?.push({ name: "API_TOKEN", value: canary("pod env") });
      if (container !== undefined) container.args = ["--password", canary("pod argument")];
    }
  });
  list("deployments.json", (items) => {
    for (const { metadata } of items)
      metadata.annotations = { ...metadata.annotations, "example.test/api-key": canary("deployment annotation") };
  });
  list("events.json", (items) => {
    for (const event of items)
      event["message"] = `${event["message"]} Authorization: Bearer ${canary("event")} for ${inSecret}`;
  });
  list("kustomizations.json", (items) => {
    for (const one of items)
      (one["spec"] as Item)["postBuild"] = { substitute: { DB_PASSWORD: canary("substitution") } };
  });
  const log = join(folder, "logs/shop/catalog-79c7d5d4d9-l92xq");
  mkdirSync(log, { recursive: true });
  writeFileSync(join(log, "catalog.log"), `ERROR login failed, password=${canary("log")} and ${inSecret}\n`);
}

function plantInAlerts(file: string): void {
  const bodies = JSON.parse(readFileSync(join(RECORDED, "alerts.json"), "utf8")) as unknown;
  for (const body of Array.isArray(bodies) ? bodies : [bodies])
    for (const alert of (body as { alerts: { annotations: Record<string, string>; labels: Record<string, string> }[] })
      .alerts) {
      alert.annotations["description"] +=
        ` See https://x:${canary("alert URL")}@ci.example.test/?token=${canary("alert")}`;
      alert.labels["remote"] = `password=${canary("alert label")}`;
    }
  writeFileSync(file, JSON.stringify(bodies));
}

function plantInGit(folder: string, beside: string): void {
  execFileSync("git", ["clone", "-q", "-b", "main", join(RECORDED, "repo.bundle"), folder]);
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    ...{ GIT_AUTHOR_NAME: `Kim token=${canary("author")}`, GIT_AUTHOR_EMAIL: "kim@example.test" },
    ...{ GIT_COMMITTER_NAME: "Kim", GIT_COMMITTER_EMAIL: "kim@example.test" },
    ...{ GIT_AUTHOR_DATE: "2026-11-16T18:59:02Z", GIT_COMMITTER_DATE: "2026-11-16T18:59:02Z" },
  };
  const commit = (subject: string): void => {
    execFileSync("git", ["-C", folder, "add", "-A"], { env });
    execFileSync("git", ["-C", folder, "commit", "-q", "-m", subject], { env });
  };
  const file = join(folder, "apps/prod/catalog/kustomization.yaml");
  const listing = join(folder, "apps/prod/kustomization.yaml");
  const text = readFileSync(file, "utf8").replace("images:\n", `${beside}images:\n`);
  writeFileSync(file, text.replace("newTag: 2.5.1", "newTag: 2.4.1"));
  for (const [path, content] of Object.entries(GIT)) writeFileSync(join(folder, path), content);
  const listed = readFileSync(listing, "utf8");
  writeFileSync(
    listing,
    listed.replace(/^resources:\n((?:- .*\n)*)/m, (all) => all + MORE),
  );
  commit("Prepare");
  writeFileSync(file, text);
  const secret = join(folder, "apps/prod/secret.yaml");
  writeFileSync(secret, readFileSync(secret, "utf8").replace("@postgres", `-${canary("git Secret after")}@postgres`));
  commit(`catalog 2.5.1, built by https://ci:${canary("subject URL")}@ci.example.test token=${canary("subject")}`);
}
