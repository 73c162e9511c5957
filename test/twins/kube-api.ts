import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { KINDS } from "../../src/evidence/kinds.ts";
import { groupOf, type KubernetesObject } from "../../src/signal/object.ts";

/** Something that goes wrong with requests whose path matches, `times` times (always without). */
type Fault = {
  readonly on: RegExp;
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  readonly cut?: boolean;
  times?: number;
};

/** An API server on this machine that serves recorded objects: pages, discovery, metadata, logs and faults. */
export type KubeApi = {
  readonly url: string;
  /** The text of a kubeconfig that leads here. */
  readonly kubeconfig: string;
  /** Every path that was asked for. */
  readonly asked: readonly string[];
  readonly fault: (fault: Fault) => void;
  readonly close: () => Promise<void>;
};

/** What the server serves; logs by `namespace/pod/container` and `namespace/pod/container/previous`. */
export type Served = {
  readonly objects: readonly KubernetesObject[];
  readonly logs?: Readonly<Record<string, string>>;
  /** Whether it is older than Kubernetes 1.27. */
  readonly isOld?: boolean;
  /** Never more than this on one page, whatever is asked for. */
  readonly page?: number;
};

const TOKEN = "let-me-read";

/** Starts the server on a free port of the loopback interface. */
export async function startKubeApi(served: Served): Promise<KubeApi> {
  const asked: string[] = [];
  const faults: Fault[] = [];
  const server = createServer(async (request, response) => {
    const { url = "" } = request;
    asked.push(url);
    const fault = faults.find(({ on, times }) => on.test(url) && times !== 0);
    if (fault?.times !== undefined) fault.times--;
    if (fault?.delayMs !== undefined) await wait(fault.delayMs, undefined, { ref: false });
    if (fault?.cut) response.destroy();
    else if (fault?.status !== undefined) refuse(response, fault.status, fault.message ?? "fault", fault.headers);
    else answer(served, request, response);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    kubeconfig: JSON.stringify({
      "current-context": "twin",
      contexts: [{ name: "twin", context: { cluster: "twin", user: "oakum" } }],
      clusters: [{ name: "twin", cluster: { server: url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "oakum", user: { token: TOKEN } }],
    }),
    asked,
    fault: (fault) => faults.push(fault),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function refuse(response: ServerResponse, status: number, message: string, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code: status, message }));
}

function answer(served: Served, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  const say = (value: unknown): void => void response.end(JSON.stringify(value));
  if (request.headers.authorization !== `Bearer ${TOKEN}`) refuse(response, 401, "Unauthorized");
  else if (request.method !== "GET") refuse(response, 405, "This server is only read");
  else if (pathname === "/apis") say(served.isOld ? groups(served) : discovery(served));
  else if (pathname.endsWith("/log")) answerLog(served, pathname, searchParams, response);
  else answerList(served, request, response);
}

function answerList(served: Served, { url = "", headers }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const { accept = "" } = headers;
  const [, plural] = /^\/apis?\/.*?([a-z]+)$/.exec(pathname) ?? [];
  const apiVersion = pathname.replace(/^\/apis?\//, "").replace(/\/[a-z]+$/, "");
  const known = resources(served).find((kind) => kind.plural === plural && kind.apiVersion === apiVersion);
  if (known === undefined) refuse(response, 404, "the server could not find the requested resource");
  else if (!FORMS.includes(accept)) refuse(response, 406, "only the following media types are accepted");
  else response.end(JSON.stringify(page(served, known.kind, apiVersion, searchParams, accept)));
}

const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

// A server refuses a form of its objects that it does not know to the letter.
const FORMS = ["application/json", METADATA];

/** Kinds that a server has, in the version of its objects; those of CRDs only where one defines them. */
function resources({ objects }: Served) {
  const defined = new Set(
    objects.map(({ kind, metadata }) => (kind === "CustomResourceDefinition" ? metadata.name : "")),
  );
  return KINDS.filter(({ isBuiltIn, plural, group }) => isBuiltIn || defined.has(`${plural}.${group}`)).map((known) => {
    const own = objects.find((object) => object.kind === known.kind && groupOf(object.apiVersion) === known.group);
    return { ...known, apiVersion: own?.apiVersion ?? (known.group === "" ? "v1" : `${known.group}/${known.version}`) };
  });
}

function byGroup(served: Served) {
  return Map.groupBy(
    resources(served).filter(({ group }) => group !== ""),
    ({ group }) => group,
  );
}

const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf("/") + 1);

function discovery(served: Served) {
  const items = [...byGroup(served)].map(([name, kinds]) => ({
    metadata: { name },
    versions: [...Map.groupBy(kinds, ({ apiVersion }) => versionOf(apiVersion))].map(([version, list]) => ({
      version,
      resources: list.map(({ plural, kind }) => ({ resource: plural, responseKind: { kind } })),
    })),
  }));
  return { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", items };
}

function groups(served: Served) {
  const list = [...byGroup(served)].map(([name, kinds]) => {
    const versions = [...new Set(kinds.map(({ apiVersion }) => apiVersion))].map((groupVersion) => {
      return { groupVersion, version: versionOf(groupVersion) };
    });
    return { name, versions, preferredVersion: versions[0] };
  });
  return { kind: "APIGroupList", apiVersion: "v1", groups: list };
}

function page(served: Served, kind: string, apiVersion: string, query: URLSearchParams, accept: string) {
  const all = served.objects.filter((object) => object.kind === kind && object.apiVersion === apiVersion);
  const limit = Math.min(Number(query.get("limit") ?? all.length), served.page ?? all.length) || all.length;
  const from = Number(query.get("continue") ?? 0);
  const isMetadata = accept === METADATA;
  const items = all.slice(from, from + limit).map((object) => (isMetadata ? metadataOf(object) : withoutKind(object)));
  const rest = from + limit < all.length ? { continue: String(from + limit) } : {};
  return isMetadata
    ? { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata: rest, items }
    : { kind: `${kind}List`, apiVersion, metadata: rest, items };
}

function withoutKind({ kind: _, apiVersion: __, ...rest }: KubernetesObject) {
  return rest;
}

function metadataOf({ metadata }: KubernetesObject) {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}

function answerLog({ logs = {} }: Served, path: string, query: URLSearchParams, response: ServerResponse): void {
  const [, namespace, pod] = /namespaces\/([^/]+)\/pods\/([^/]+)\/log$/.exec(path) ?? [];
  const previous = query.get("previous") === "true" ? "/previous" : "";
  const log = logs[`${namespace}/${pod}/${query.get("container")}${previous}`];
  if (log === undefined) refuse(response, 400, "previous terminated container not found");
  else response.end(log);
}
