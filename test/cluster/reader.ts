import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "../../src/signal/object.ts";
import { objectsIn, type RealCluster } from "./cluster.ts";
import { until } from "./program.ts";

const RIGHTS = join(import.meta.dirname, "../../deploy/rbac.yaml");

type Rule = { readonly resources: readonly string[] };
let count = 0;

/** Applies deploy/rbac.yaml, and answers a token of the account in it; another account's with fewer rights where some are hidden. */
export async function readerToken(cluster: RealCluster, hidden: readonly string[] = []): Promise<string> {
  const name = hidden.length === 0 ? "oakum" : `oakum-${count++}`;
  const rights = objectsIn(readFileSync(RIGHTS, "utf8")).map((object) => renamed(withoutRights(object, hidden), name));
  await cluster.admin.put(rights);
  const token = await cluster.tokenOf("oakum", name);
  const person = cluster.person(token);
  const wanted = hidden.includes("namespaces") ? 403 : 200;
  await until("the rights to hold", async () => (await person.ask("GET", "/api/v1/namespaces")).status === wanted);
  person.leave();
  return token;
}

function withoutRights(object: KubernetesObject, hidden: readonly string[]): KubernetesObject {
  if (object.kind !== "ClusterRole") return object;
  const rules = (object["rules"] as readonly Rule[])
    .map((rule) => ({ ...rule, resources: rule.resources.filter((resource) => !hidden.includes(resource)) }))
    .filter(({ resources }) => resources.length > 0);
  return { ...object, rules };
}

/** The same for an account of another name. */
function renamed(object: KubernetesObject, name: string): KubernetesObject {
  if (object.kind === "Namespace") return object;
  const text = JSON.stringify(object).replaceAll('"name":"oakum"', `"name":"${name}"`);
  return JSON.parse(text);
}
