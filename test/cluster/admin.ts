import { Agent, request } from "node:https";
import { KINDS, type KnownKind } from "../../src/evidence/kinds.ts";
import { groupOf, type KubernetesObject } from "../../src/signal/object.ts";

/** What the API server answered. */
type ServerAnswer = { readonly status: number; readonly text: string };

/** Somebody with a token at an API server. */
export type Person = {
  readonly ask: (method: string, path: string, body?: unknown, accept?: string) => Promise<ServerAnswer>;
  /** Puts objects there, each with its status; what stands there already stays. */
  readonly put: (objects: readonly KubernetesObject[]) => Promise<void>;
  /** One object as it stands there. */
  readonly read: (kind: string, namespace: string | undefined, name: string) => Promise<KubernetesObject>;
  /** Changes some fields of an object, or of its status. */
  readonly patch: (object: KubernetesObject, change: object, part?: "/status") => Promise<void>;
  readonly leave: () => void;
};

/** Signs in with a token. */
export function personAt(url: string, ca: string, token: string): Person {
  const agent = new Agent({ ca, keepAlive: true, maxSockets: 16 });
  const ask: Person["ask"] = (method, path, body, accept = "application/json") =>
    new Promise((resolve, reject) => {
      const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
      const headers = { authorization: `Bearer ${token}`, "content-type": type, accept };
      const asked = request(`${url}${path}`, { method, agent, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      });
      asked.on("error", reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const expected = async (method: string, path: string, body?: unknown, also?: number): Promise<string> => {
    const { status, text } = await ask(method, path, body);
    if (status >= 300 && status !== also) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  };
  const patch: Person["patch"] = async (object, change, part) => {
    await expected("PATCH", `${pathOf(object)}${part ?? ""}`, change);
  };
  return {
    ask,
    patch,
    put: async (objects) => {
      for (const object of objects) {
        await expected("POST", collectionOf(object), object, 409);
        if (object["status"] !== undefined) await patch(object, { status: object["status"] }, "/status");
      }
    },
    read: async (kind, namespace, name) => {
      const known = kindOf((one) => one.kind === kind);
      const apiVersion = known.group === "" ? known.version : `${known.group}/${known.version}`;
      const metadata = { name, ...(namespace !== undefined && { namespace }) };
      return JSON.parse(await expected("GET", pathOf({ apiVersion, kind, metadata })));
    },
    leave: () => agent.destroy(),
  };
}

function kindOf(is: (known: KnownKind) => boolean): KnownKind {
  const known = KINDS.find(is);
  if (known === undefined) throw new Error("Expected an object of a kind that Oakum reads");
  return known;
}

function collectionOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const { plural } = kindOf((known) => known.kind === kind && known.group === groupOf(apiVersion));
  const root = apiVersion.includes("/") ? "/apis" : "/api";
  const inside = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return `${root}/${apiVersion}${inside}/${plural}`;
}

function pathOf(object: KubernetesObject): string {
  return `${collectionOf(object)}/${object.metadata.name}`;
}
