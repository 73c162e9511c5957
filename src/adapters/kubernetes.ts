import { HttpMethod, IsomorphicFetchHttpLibrary, KubeConfig, RequestContext } from "@kubernetes/client-node";
import type { Cluster } from "../ports.ts";
import { BadInput } from "../signal/bad-input.ts";
import { type Answer, type Ask, bounded } from "./kubernetes/ask.ts";
import { lookAt } from "./kubernetes/look.ts";

/** Which cluster to read. */
export type KubernetesSettings = {
  /** A kubeconfig file; without one, what kubectl would use here, or the service account of this pod. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly limits?: Partial<LookLimits>;
};

/** How long a look may take. */
export type LookLimits = {
  /** For one answer. */
  readonly requestMs: number;
  /** For all of them together. */
  readonly lookMs: number;
};

const LIMITS: LookLimits = { requestMs: 20_000, lookMs: 90_000 };
const ASK_LIMITS = { requests: 2_000, parallel: 8, repeats: 2 };

/** A live cluster, read through its API server. Throws a BadInput where the kubeconfig cannot be used. */
export function openCluster(settings: KubernetesSettings): Cluster {
  const config = loadConfig(settings);
  const limits = { ...LIMITS, ...settings.limits };
  return { look: async () => lookAt(bounded(await connect(config, limits), ASK_LIMITS)) };
}

function loadConfig({ kubeconfig, context }: KubernetesSettings): KubeConfig {
  const config = new KubeConfig();
  const where = kubeconfig ?? "the default place";
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw new BadInput(
      `The kubeconfig at ${where} cannot be read: ${firstLine(messageOf(error))}. Give the path of a kubeconfig.`,
    );
  }
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new BadInput(`The kubeconfig at ${where} ${lacking(config)}`);
  // What the library makes up where it found nothing.
  if (cluster.name === "cluster" && cluster.server === "http://localhost:8080")
    throw new BadInput(
      "Expected a kubeconfig, but there is none here, and this is no pod of a cluster. Give --kubeconfig FILE.",
    );
  return config;
}

// What else a parser says quotes the file, keys and tokens included.
function firstLine(message: string): string {
  return message.split("\n")[0] ?? "";
}

function lacking(config: KubeConfig): string {
  const known = (config.getContexts() ?? []).map(({ name }) => name);
  if (known.length === 0) return "names no cluster: it has no contexts. Is it a kubeconfig?";
  const current: string | undefined = config.getCurrentContext();
  const found = current ? `has no context "${current}"` : "has no current context";
  return `${found}, or that context's cluster is missing. Give --context, one of ${known.join(", ")}.`;
}

/** Signs in once for a whole look, so that its requests share connections. */
async function connect(config: KubeConfig, limits: LookLimits): Promise<Ask> {
  const server = config.getCurrentCluster()?.server.replace(/\/+$/, "") ?? "";
  const signedIn = new RequestContext(server, HttpMethod.GET);
  try {
    await config.applySecurityAuthentication(signedIn);
  } catch (error) {
    throw new BadInput(`Signing in at ${server} failed: ${messageOf(error)}. Check the user of the kubeconfig.`);
  }
  const library = new IsomorphicFetchHttpLibrary();
  const end = AbortSignal.timeout(limits.lookMs);
  return async (path, accept = "application/json"): Promise<Answer> => {
    const request = new RequestContext(`${server}${path}`, HttpMethod.GET);
    for (const [name, value] of Object.entries(signedIn.getHeaders())) request.setHeaderParam(name, value);
    request.setHeaderParam("accept", accept);
    const dispatcher = signedIn.getDispatcher();
    if (dispatcher !== undefined) request.setDispatcher(dispatcher);
    request.setSignal(AbortSignal.any([end, AbortSignal.timeout(limits.requestMs)]));
    try {
      const { httpStatusCode: status, headers, body } = await library.send(request).toPromise();
      const seconds = Number(headers["retry-after"] ?? Number.NaN);
      return { status, text: await body.text(), retryAfterMs: Number.isNaN(seconds) ? null : seconds * 1000 };
    } catch (error) {
      return { status: 0, because: noAnswer(error, server, end.aborted ? limits.lookMs : limits.requestMs) };
    }
  };
}

function noAnswer(error: unknown, server: string, waitedMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError")
    return `${server} did not answer within ${waitedMs / 1000} s`;
  return `${server} does not answer (${messageOf(error)})`;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What fetch says is "fetch failed"; the cause says why.
  return error.cause instanceof Error ? messageOf(error.cause) : error.message || error.name;
}
