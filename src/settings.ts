import { createHmac, createPrivateKey } from "node:crypto";
import type { RepositoryRef } from "./incident/incident.ts";
import { LIMITS, type Limits } from "./incident/limits.ts";
import { type MetricsServer, readMetricsServer } from "./metrics-server.ts";
import type { Configured } from "./proposal/sources.ts";
import { BadInput } from "./signal/bad-input.ts";
import type { Proof } from "./web/authentication.ts";

/** The environment as the process has it. */
export type Env = Readonly<Record<string, string | undefined>>;

/** What `oakum serve` runs with. */
export type Settings = {
  readonly app: { readonly appId: string; readonly privateKey: string; readonly webhookSecret: string };
  /** Whether Octokit keeps writes apart as GitHub asks; off only towards a forge on this machine. */
  readonly spacing: boolean;
  readonly host: string;
  readonly port: number;
  readonly cluster: string;
  readonly repositories: readonly [Configured, ...Configured[]];
  /** Null: the embedded database, in `folder`. */
  readonly databaseUrl: string | null;
  /** Where copies of the repositories are kept, and the embedded database. */
  readonly folder: string;
  readonly auditKey: string;
  readonly alertmanager: readonly Proof[];
  readonly flux: readonly Proof[];
  /** The folder of policies; null: the project's own. */
  readonly policies: string | null;
  /** Nothing is written to GitHub; what would be is said. */
  readonly dryRun: boolean;
  /** Which metrics server is asked what containers use; null: none. */
  readonly metrics: MetricsServer | null;
  /** Where news of incidents are posted as JSON; null: nowhere. */
  readonly notify: string | null;
  readonly pollSeconds: number;
  readonly limits: Limits;
};

const NAMES = {
  OAKUM_CLUSTER: "what this cluster is called",
  OAKUM_REPOSITORIES: "owner/name of each repository Flux runs from, with `=URL` where Flux knows it by another URL",
  OAKUM_DATA: "the folder for copies of repositories and, without DATABASE_URL, the embedded database",
  OAKUM_AUDIT_KEY: "the key of the audit chain; made from WEBHOOK_SECRET where it is not set",
  OAKUM_ALERTMANAGER_TOKEN: "the bearer token that Alertmanager sends",
  OAKUM_ALERTMANAGER_USER: "with OAKUM_ALERTMANAGER_PASSWORD, what Alertmanager sends as basic authentication",
  OAKUM_ALERTMANAGER_PASSWORD: "see OAKUM_ALERTMANAGER_USER",
  OAKUM_ALERTMANAGER_SECRET: "the secret with which a proxy signs Alertmanager's bodies",
  OAKUM_FLUX_SECRET: "the token of Flux's generic-hmac provider",
  OAKUM_POLICIES: "the folder of policy files in place of the project's own",
  OAKUM_HELM: "the helm that renders charts of the repositories, where it is not the one on the PATH; none: no helm",
  OAKUM_PROMETHEUS_URL: "a Prometheus, or a server with its API: what containers in trouble use is asked there",
  OAKUM_PROMETHEUS_TOKEN: "the bearer token that it takes",
  OAKUM_PROMETHEUS_USER: "with OAKUM_PROMETHEUS_PASSWORD, the basic authentication that it takes",
  OAKUM_PROMETHEUS_PASSWORD: "see OAKUM_PROMETHEUS_USER",
  OAKUM_NOTIFY_URL: "where news of incidents are posted as JSON, such as a chat's incoming webhook",
  OAKUM_DRY_RUN: "true: nothing is written to GitHub",
  OAKUM_SPACING: "off: no pause between writes, towards a forge on this machine only",
  OAKUM_POLL_SECONDS: "how often the cluster is looked at without a signal",
  OAKUM_QUIET_SECONDS: "how long the trouble must stay away",
  OAKUM_RECOVERY_MINUTES: "how long recovery may take after the change is applied",
  OAKUM_PATIENCE_MINUTES: "how long a cause is looked for before a person is asked",
  OAKUM_MAX_OPEN: "how many proposals may be open in one repository",
} as const;

type Name = keyof typeof NAMES;

/** Reads the settings from the environment; every problem is told at once, as a BadInput. */
export function readSettings(env: Env, apiUrl: string): Settings {
  const reader = new Reader(env);
  const webhookSecret = reader.required("WEBHOOK_SECRET", "the App's webhook secret");
  if (!URL.canParse(apiUrl))
    reader.problem("GITHUB_API_URL or GHE_HOST makes no address: expected one like https://api.github.com");
  const spacing = reader.choice("OAKUM_SPACING", ["on", "off"]) !== "off";
  if (!spacing && !isLoopback(apiUrl)) reader.problem(`OAKUM_SPACING is off, but ${apiUrl} is not on this machine`);
  const seconds = (name: Name, otherwise: number): number => reader.number(name, otherwise / 1000) * 1000;
  const minutes = (name: Name, otherwise: number): number => reader.number(name, otherwise / 60_000) * 60_000;
  const settings = {
    app: {
      appId: reader.appId(),
      privateKey: reader.privateKey(),
      webhookSecret,
    },
    spacing,
    host: env["HOST"] || "localhost",
    port: reader.port("PORT", 3000),
    cluster: reader.required("OAKUM_CLUSTER", NAMES.OAKUM_CLUSTER),
    repositories: reader.repositories(apiUrl),
    databaseUrl: reader.databaseUrl(),
    folder: env["OAKUM_DATA"] || "oakum-data",
    auditKey: env["OAKUM_AUDIT_KEY"] || createHmac("sha256", webhookSecret).update("oakum audit").digest("hex"),
    alertmanager: reader.alertmanager(),
    flux: env["OAKUM_FLUX_SECRET"] ? [{ by: "hmac", secret: env["OAKUM_FLUX_SECRET"] } as const] : [],
    policies: env["OAKUM_POLICIES"] || null,
    dryRun: reader.choice("OAKUM_DRY_RUN", ["false", "true"]) === "true",
    metrics: reader.metrics(),
    notify: reader.url("OAKUM_NOTIFY_URL"),
    pollSeconds: reader.number("OAKUM_POLL_SECONDS", 60),
    limits: {
      ...LIMITS,
      quietFor: seconds("OAKUM_QUIET_SECONDS", LIMITS.quietFor),
      recoveryWindow: minutes("OAKUM_RECOVERY_MINUTES", LIMITS.recoveryWindow),
      patience: minutes("OAKUM_PATIENCE_MINUTES", LIMITS.patience),
      openProposals: reader.number("OAKUM_MAX_OPEN", LIMITS.openProposals),
    },
  };
  return reader.checked(settings);
}

/** Every setting of Oakum's own with what it means, for `--help`. */
export function settingsHelp(): string {
  return Object.entries(NAMES)
    .map(([name, meaning]) => `  ${name.padEnd(28)}${meaning}`)
    .join("\n");
}

// What Kubernetes itself sets in every pod of a namespace with a Service called oakum.
const SERVICE = /_SERVICE_(HOST|PORT)(_\w+)?$|_PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?$/;

function isPrivateKey(text: string): boolean {
  try {
    return createPrivateKey(text).type === "private";
  } catch {
    return false;
  }
}

class Reader {
  readonly #env: Env;
  readonly #problems: string[] = [];

  constructor(env: Env) {
    this.#env = env;
    for (const name of Object.keys(env)) {
      const isKnown = Object.hasOwn(NAMES, name) || SERVICE.test(name);
      if (name.startsWith("OAKUM_") && !isKnown) this.problem(`${name} is not a setting of Oakum`);
    }
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  required(name: string, meaning: string): string {
    const value = this.#env[name] ?? "";
    if (value === "") this.problem(`${name} is not set: ${meaning}`);
    return value;
  }

  appId(): string {
    const id = this.required("APP_ID", "the id of the GitHub App");
    if (/\D/.test(id)) this.problem(`APP_ID is "${id}": expected the App's number`);
    return id;
  }

  privateKey(): string {
    const key = this.required("PRIVATE_KEY", "the App's private key, or PRIVATE_KEY_PATH").replaceAll("\\n", "\n");
    if (key !== "" && !isPrivateKey(key))
      this.problem("PRIVATE_KEY is no private key: expected the App's, in PEM form");
    return key;
  }

  databaseUrl(): string | null {
    const url = this.#env["DATABASE_URL"] || null;
    // It may hold a password, so what was found is not told; and several hosts, which no URL parser knows.
    if (url !== null && !/^postgres(?:ql)?:\/\//.test(url))
      this.problem("DATABASE_URL is no address of a Postgres: expected one like postgres://user@host:5432/oakum");
    return url;
  }

  choice(name: Name, allowed: readonly [string, string]): string {
    const value = this.#env[name] || allowed[0];
    if (!allowed.includes(value)) this.problem(`${name} is "${value}": expected ${allowed.join(" or ")}`);
    return value;
  }

  number(name: Name, otherwise: number): number {
    const text = this.#env[name];
    if (text === undefined || text === "") return otherwise;
    const value = Number(text);
    if (!(value > 0)) this.problem(`${name} is "${text}": expected a number above 0`);
    return value;
  }

  url(name: Name): string | null {
    const text = this.#env[name] || null;
    if (text === null || /^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
    this.problem(`${name} is no address: expected one that begins with https://`);
    return null;
  }

  metrics(): MetricsServer | null {
    const { server, problems } = readMetricsServer(this.#env, this.#env["OAKUM_PROMETHEUS_URL"] || null);
    for (const text of problems) this.problem(text);
    return server;
  }

  port(name: string, otherwise: number): number {
    const text = this.#env[name] || String(otherwise);
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
      this.problem(`${name} is "${text}": expected a port, 0 to 65535`);
    return Number(text);
  }

  repositories(apiUrl: string): readonly [Configured, ...Configured[]] {
    const words = (this.#env["OAKUM_REPOSITORIES"] ?? "").split(/[\s,]+/).filter((word) => word !== "");
    const [first, ...rest] = words.map((word) => this.#repository(word, apiUrl));
    if (first !== undefined) return [first, ...rest];
    this.problem(`OAKUM_REPOSITORIES is not set: ${NAMES.OAKUM_REPOSITORIES}`);
    return [{ repository: { owner: "", name: "" }, urls: [] }];
  }

  alertmanager(): readonly Proof[] {
    const token = this.#env["OAKUM_ALERTMANAGER_TOKEN"] ?? "";
    const user = this.#env["OAKUM_ALERTMANAGER_USER"] ?? "";
    const password = this.#env["OAKUM_ALERTMANAGER_PASSWORD"] ?? "";
    const secret = this.#env["OAKUM_ALERTMANAGER_SECRET"] ?? "";
    if ((user === "") !== (password === ""))
      this.problem("OAKUM_ALERTMANAGER_USER and OAKUM_ALERTMANAGER_PASSWORD are set together or not at all");
    return [
      ...(token === "" ? [] : [{ by: "bearer", token } as const]),
      ...(user === "" || password === "" ? [] : [{ by: "basic", user, password } as const]),
      ...(secret === "" ? [] : [{ by: "hmac", secret } as const]),
    ];
  }

  checked<T>(settings: T): T {
    if (this.#problems.length === 0) return settings;
    throw new BadInput(["the configuration is not usable:", ...this.#problems.map((text) => `- ${text}`)].join("\n"));
  }

  #repository(word: string, apiUrl: string): Configured {
    const [, owner = "", name = "", , others = ""] = /^([\w.-]+)\/([\w.-]+)(=(.+))?$/.exec(word) ?? [];
    if (name === "") this.problem(`OAKUM_REPOSITORIES has "${word}": expected owner/name or owner/name=URL`);
    const repository: RepositoryRef = { owner, name };
    return { repository, urls: [webUrl(apiUrl, repository), ...(others === "" ? [] : others.split("="))] };
  }
}

function webUrl(apiUrl: string, { owner, name }: RepositoryRef): string {
  const { protocol, host } = URL.parse(apiUrl) ?? new URL("https://github.com");
  return `${protocol}//${host.replace(/^api\./, "")}/${owner}/${name}`;
}

function isLoopback(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(URL.parse(url)?.hostname ?? "");
}
