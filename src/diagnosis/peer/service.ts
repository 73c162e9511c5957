import { type JsonMap, type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { declaredOf } from "../declared.ts";
import { appliedOnce } from "../flux/inventory.ts";
import { contentHistoryOf, removalOf } from "../history.ts";
import { hasPort } from "../hosts.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { withName } from "../match.ts";
import { blockedBy, namesBlockedBy } from "../network-policy.ts";
import { listAt, mapAt, textAt } from "../read.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Scene } from "../scene.ts";
import { declaredAt, suspectsOf } from "../suspects.ts";
import { bringBack, citeAbsence, citeFound, setting, slipText } from "../telling.ts";
import { podTemplateOf } from "../workload.ts";
import { keptLocal } from "./local.ts";
import { followed } from "./renamed.ts";
import { addressText, told, type Unreached } from "./unreachable.ts";
import { rewritten } from "./written.ts";

/** No Service of this name is there. */
export function noService(scene: Scene, root: ObjectRef, found: Unreached, name: string): Hypothesis {
  const ref = { apiVersion: "v1", kind: "Service", namespace: root.namespace, name };
  const absence = citeAbsence("service", `no Service ${name} exists in ${root.namespace}`, refText(ref));
  const facts = scene.lookup.isListed("/Service", root.namespace) ? [absence] : [];
  const about = { ...told(root, found), cites: [...told(root, found).cites, ...facts] };
  const gone = removalOf(scene, ref);
  if (gone !== undefined) {
    const moved = followed(scene, root, found, ref);
    if (moved !== undefined) return { ...about, ...moved };
    return {
      ...about,
      root: ref,
      category: "service_missing",
      confidence: confidenceOf({ prior: { right: 14, wrong: 1 }, supports: facts.length }),
      advice: bringBack(gone),
      culprit: gone.culprit,
    };
  }
  if (declaredOf(scene, ref) !== undefined) {
    const applied = appliedOnce(scene.lookup, ref);
    return {
      ...about,
      cites: applied === undefined ? about.cites : [...about.cites, applied],
      root: ref,
      category: "service_missing",
      confidence: confidenceOf({ prior: { right: 6, wrong: 1 }, supports: applied === undefined ? 0 : 1 }),
      advice: { is: "nothing", because: `${refText(ref)} is in git: Flux makes it again.` },
    };
  }
  return misnamed(scene, root, found, { about, name });
}

type About = { readonly about: ReturnType<typeof told>; readonly name: string };

function misnamed(scene: Scene, root: ObjectRef, found: Unreached, { about, name }: About): Hypothesis {
  const meant = nearestName(name, answering(scene, root, found));
  const basis = slipText(`Service ${meant ?? ""}`, name);
  const intent =
    meant === undefined ? undefined : rewritten(scene, root, found, (value) => withName(value, name, meant), basis);
  const category = found.isInit ? "init_container" : meant === undefined ? "service_missing" : "env_var";
  return {
    ...about,
    category,
    confidence: confidenceOf({ prior: meant === undefined ? { right: 4, wrong: 1 } : { right: 9, wrong: 1 } }),
    advice:
      intent === undefined
        ? {
            is: "person",
            because: `Make Service ${name} in ${root.namespace}, or give ${found.container} an address that exists.`,
          }
        : { is: "change", intents: [intent], because: `Ask ${meant} instead of ${name}: ${basis}.` },
  };
}

// The Services of the namespace that have the port which is asked for.
function answering({ lookup }: Scene, { namespace }: ObjectRef, { complaint: { port } }: Unreached): readonly string[] {
  const all = lookup.allIn("/Service", namespace ?? undefined);
  return all.filter((service) => hasPort(service, port)).map(({ metadata }) => metadata.name);
}

/** The Service is there and has pods: something on the way is in the way. */
export function blocked(scene: Scene, root: ObjectRef, found: Unreached, service: KubernetesObject): Hypothesis {
  if (found.complaint.how === "unknown-host") return noNames(scene, root, found);
  const policy =
    found.complaint.how === "refused" ? undefined : blockedBy(scene.lookup, root, service, found.complaint.port);
  if (policy !== undefined) return byPolicy(scene, root, found, policy);
  const kept = keptLocal(scene, root, found, service);
  if (kept !== undefined) return kept;
  return {
    ...told(root, found),
    category: found.complaint.how === "timeout" ? "network" : "app_or_db",
    confidence: confidenceOf({ prior: { right: 2, wrong: 1 } }),
    advice: {
      is: "person",
      because: `See why ${service.metadata.name} does not answer ${root.name} although its pods are ready.`,
    },
  };
}

function byPolicy(scene: Scene, root: ObjectRef, found: Unreached, policy: KubernetesObject): Hypothesis {
  const ref = refOf(policy);
  const about = told(root, found);
  return {
    ...about,
    cites: [...about.cites, citeFound("network-policy", `${refText(ref)} lets no such traffic through`, refText(ref))],
    category: "netpol",
    confidence: confidenceOf({ prior: { right: 9, wrong: 1 } }),
    advice: {
      is: "person",
      because: `Decide whether ${refText(ref)} should let ${root.name} reach ${addressText(found)}: only people may loosen a network policy.`,
    },
    culprit: contentHistoryOf(scene, ref)[0]?.commit ?? null,
  };
}

/** No name is answered at all, because a policy keeps the pods from whatever server answers names. */
export function namesForbidden(scene: Scene, root: ObjectRef, found: Unreached): Hypothesis | undefined {
  if (found.complaint.how !== "unknown-host") return undefined;
  const policy = namesBlockedBy(scene.lookup, root);
  return policy === undefined ? undefined : byPolicy(scene, root, found, policy);
}

function noNames(scene: Scene, root: ObjectRef, found: Unreached): Hypothesis {
  const forbidden = namesForbidden(scene, root, found);
  if (forbidden !== undefined) return forbidden;
  const [changed] = suspectsOf(scene, root).filter(
    ({ path }) => path.includes("dnsPolicy") || path.includes("dnsConfig") || path.includes("hostAliases"),
  );
  if (changed !== undefined) {
    return blame({
      category: "dns",
      root,
      sentence: told(root, found).sentence,
      symptoms: [found.symptom],
      suspects: [changed],
      prior: { right: 14, wrong: 1 },
      wrongIf: told(root, found).wrongIf,
    });
  }
  return (
    elsewhere(scene, root, found) ?? {
      ...told(root, found),
      category: "dns",
      confidence: confidenceOf({ prior: { right: 6, wrong: 1 } }),
      advice: {
        is: "person",
        because: `See why the cluster's DNS does not know ${found.complaint.host}, which exists.`,
      },
    }
  );
}

// A pod that asks for a Service means the cluster's name server, and was told of others that know none.
function elsewhere(scene: Scene, root: ObjectRef, found: Unreached): Hypothesis | undefined {
  const template = podTemplateOf(scene.lookup.get(root));
  const path = [...(template?.path ?? []), "dnsPolicy"];
  const policy = textAt(template?.spec, "dnsPolicy") ?? "";
  const isTold = ["None", "Default"].includes(policy) && declaredAt(scene, root, path) === policy;
  if (!isTold || asksCluster(scene, template?.spec)) return undefined;
  const to = mapAt(template?.spec)["hostNetwork"] === true ? "ClusterFirstWithHostNet" : "ClusterFirst";
  const basis = `dnsPolicy ${policy} keeps ${root.name} from the cluster's name server, which knows ${found.complaint.host}`;
  return {
    ...told(root, found),
    category: "dns",
    confidence: confidenceOf({ prior: { right: 9, wrong: 1 }, supports: 1 }),
    advice: {
      is: "change",
      intents: [setting("set-environment", root, [{ path, from: policy, to }], basis)],
      because: `Ask the cluster's name server: ${basis}.`,
    },
  };
}

function asksCluster({ lookup }: Scene, spec: JsonMap | undefined): boolean {
  const addresses = new Set(lookup.all("/Service").map((service) => textAt(service, "spec", "clusterIP")));
  return listAt(spec, "dnsConfig", "nameservers").some((server) => addresses.has(String(server)));
}
