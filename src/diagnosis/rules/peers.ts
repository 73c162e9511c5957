import { type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { categoryOf } from "../bearing.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { declaredOf } from "../declared.ts";
import { type Host, resolveHost } from "../hosts.ts";
import type { FactDraft, Foretold, Hypothesis } from "../hypothesis.ts";
import type { Intent } from "../intent.ts";
import type { Complaint } from "../message/log.ts";
import { blockedBy, namesBlockedBy } from "../network-policy.ts";
import { listAt, textAt } from "../read.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { declaredAt, historyOf, type Suspect, suspectsOf, valueText } from "../suspects.ts";
import type { Symptom, Trouble } from "../symptom.ts";
import { servicePortsOf } from "../symptoms/services.ts";
import { ailing, citeAbsence, citeFound, citeSymptom, setting } from "../telling.ts";
import { containersOf, podTemplateOf } from "../workload.ts";

/** A program that cannot reach another: the address it was given is wrong, the Service is gone, or the way is blocked. */
export const peers: Rule = {
  name: "peer-cannot-be-reached",
  categories: [
    "env_var",
    "configmap_content",
    "service_missing",
    "service_port",
    "netpol",
    "dns",
    "network",
    "app_or_db",
    "init_container",
  ],
  diagnose: (scene, trouble) => {
    const found = unreachable(scene, trouble);
    return found === undefined ? [] : [judge(scene, trouble.root, found)];
  },
  foretell: (after, hypothesis) => foretell(after, hypothesis),
};

type Unreachable = Extract<Complaint, { is: "unreachable" }>;
type Found = {
  readonly symptom: Symptom;
  readonly container: string;
  readonly isInit: boolean;
  readonly complaint: Unreachable;
  readonly host: Host;
};

function unreachable(scene: Scene, trouble: Trouble): Found | undefined {
  for (const symptom of ailing(trouble, "crash", "unready", "waiting", "complaining", "misaddressed")) {
    const { container, isInit, pod } = symptom.ailment;
    const complaint = complaintOf(symptom);
    if (complaint === undefined) continue;
    const host = resolveHost(scene.lookup, pod.namespace ?? "", complaint.host, complaint.port);
    if (host.is !== "itself") return { symptom, container, isInit, complaint, host };
  }
  return undefined;
}

type Line = Unreachable & { readonly line: string };

function complaintOf({ ailment, text }: Symptom): Line | undefined {
  if (ailment.is === "misaddressed")
    return { is: "unreachable", line: text, host: ailment.host, port: ailment.port, how: "refused" };
  if (!("complaints" in ailment)) return undefined;
  return ailment.complaints.findLast((candidate): candidate is Line => candidate.is === "unreachable");
}

function judge(scene: Scene, root: ObjectRef, found: Found): Hypothesis {
  const changed = changedAddress(scene, root, found);
  if (changed !== undefined) return changed;
  const { host } = found;
  if (host.is === "service")
    return host.hasPort ? blocked(scene, root, found, host.service) : wrongPort(scene, root, found, host.service);
  return host.is === "no-service" ? noService(scene, root, found, host.name) : outside(root, found);
}

function addressText({ complaint }: Found): string {
  return complaint.port === null ? complaint.host : `${complaint.host}:${complaint.port}`;
}

function base(root: ObjectRef, found: Found): Pick<Hypothesis, "root" | "sentence" | "cites" | "wrongIf" | "culprit"> {
  const { symptom, container, complaint } = found;
  const log: FactDraft = {
    verdict: "FOUND",
    kind: "log",
    text: complaint.line.slice(0, 300),
    source: `log of ${symptom.object.name}/${container}`,
    at: symptom.at,
  };
  return {
    root,
    sentence: `${container} of ${refText(root)} cannot reach ${addressText(found)}.`,
    cites: [citeSymptom(symptom), log],
    culprit: null,
    wrongIf: `${addressText(found)} answers other pods of ${root.namespace}`,
  };
}

// The address itself, its host or its port came with a commit.
function changedAddress(scene: Scene, root: ObjectRef, found: Found): Hypothesis | undefined {
  const { complaint, isInit } = found;
  const suspects = suspectsOf(scene, root).filter((suspect) => holdsAddress(suspect, complaint));
  const [first, ...rest] = suspects;
  if (first === undefined) return undefined;
  const category = categoryOf(first);
  return blame({
    category: isInit && category !== "configmap_content" ? "init_container" : category,
    root,
    sentence: base(root, found).sentence,
    symptoms: [found.symptom],
    suspects: [
      first,
      ...rest.filter(
        (suspect) => suspect.commit?.commit === first.commit?.commit && suspect.object.name === first.object.name,
      ),
    ],
    facts: base(root, found).cites.slice(1),
    prior: { right: 14, wrong: 1 },
    supports: found.host.is === "service" && found.host.hasPort ? 0 : 1,
    contradicts: found.host.is === "service" && found.host.hasPort ? 1 : 0,
    wrongIf: base(root, found).wrongIf,
  });
}

// What the new value has and the old one had not.
function holdsAddress(suspect: Suspect, complaint: Unreachable): boolean {
  if (suspect.path.includes("resources") || suspect.path.includes("image")) return false;
  const [from, to] = [valueText(suspect.from), valueText(suspect.to)];
  const isNew = (text: string): boolean => hasWord(to, text) && !hasWord(from, text);
  return isNew(complaint.host) || (complaint.port !== null && isNew(String(complaint.port)));
}

function hasWord(text: string, word: string): boolean {
  const at = text.indexOf(word);
  if (at < 0) return false;
  return !/[A-Za-z0-9-]/.test(text[at - 1] ?? " ") && !/[A-Za-z0-9-]/.test(text[at + word.length] ?? " ");
}

function wrongPort(scene: Scene, root: ObjectRef, found: Found, service: KubernetesObject): Hypothesis {
  const ref = refOf(service);
  const ports = servicePortsOf(service);
  const [changed] = historyOf(scene, ref).filter(
    ({ path, from }) => path[1] === "ports" && valueText(from).includes(String(found.complaint.port)),
  );
  if (changed !== undefined) {
    return blame({
      category: "service_port",
      root: ref,
      sentence: `${refText(ref)} has no port ${found.complaint.port} any more, which ${refText(root)} asks for.`,
      symptoms: [found.symptom],
      suspects: [changed],
      prior: { right: 14, wrong: 1 },
      wrongIf: "other clients use the new port",
    });
  }
  const basis = `${refText(ref)} listens on ${ports.map(({ port }) => port).join(", ")}`;
  const intent =
    ports.length === 1
      ? inEnvironment(scene, root, found, (value) => withPort(value, found.complaint, ports[0]?.port ?? 0), basis)
      : undefined;
  return {
    ...base(root, found),
    cites: [...base(root, found).cites, citeFound("port", basis, refText(ref))],
    category: found.isInit ? "init_container" : "env_var",
    confidence: confidenceOf({ prior: { right: 9, wrong: 1 }, supports: 1 }),
    advice:
      intent === undefined
        ? { is: "person", because: `Give ${found.container} an address that exists: ${basis}.` }
        : {
            is: "change",
            intents: [intent],
            because: `Ask ${found.complaint.host} on port ${ports[0]?.port}: ${basis}.`,
          },
  };
}

function withPort(value: string, complaint: Unreachable, port: number): string | undefined {
  const [before, after] = [`${complaint.host}:${complaint.port}`, `${complaint.host}:${port}`];
  if (value.includes(before)) return value.replace(before, after);
  return value === String(complaint.port) ? String(port) : undefined;
}

/** The intent to write another value into the one variable that says the address; undefined where it is not exactly one. */
function inEnvironment(
  scene: Scene,
  root: ObjectRef,
  found: Found,
  change: (value: string) => string | undefined,
  basis: string,
): Intent | undefined {
  const object = scene.lookup.get(root);
  const template = object === undefined ? undefined : podTemplateOf(object);
  const container =
    template === undefined ? undefined : containersOf(template).find(({ name }) => name === found.container);
  if (container === undefined) return undefined;
  const fields = listAt(container.spec, "env").flatMap((entry) => {
    const value = textAt(entry, "value");
    const to = value === undefined || !isAddressOf(value, found.complaint) ? undefined : change(value);
    const path = [...container.path, "env", `[name=${textAt(entry, "name") ?? ""}]`, "value"];
    return to === undefined || to === value || declaredAt(scene, root, path) !== value
      ? []
      : [{ path, from: value, to }];
  });
  return fields.length === 1 ? setting("set-environment", root, fields, basis) : undefined;
}

function isAddressOf(value: string | undefined, complaint: Unreachable): boolean {
  return value !== undefined && (hasWord(value, complaint.host) || value === String(complaint.port));
}

function noService(scene: Scene, root: ObjectRef, found: Found, name: string): Hypothesis {
  const ref = { apiVersion: "v1", kind: "Service", namespace: root.namespace, name };
  const absence = citeAbsence("service", `no Service ${name} exists in ${root.namespace}`, refText(ref));
  const facts = scene.lookup.isListed("/Service", root.namespace) ? [absence] : [];
  const about = { ...base(root, found), cites: [...base(root, found).cites, ...facts] };
  const gone = historyOf(scene, ref).find((suspect) => suspect.path.length === 0 && suspect.to === undefined);
  if (gone?.commit) {
    const because = `Bring ${refText(ref)} back, which commit ${gone.commit.commit.slice(0, 8)} removed.`;
    return {
      ...about,
      root: ref,
      category: "service_missing",
      confidence: confidenceOf({ prior: { right: 14, wrong: 1 }, supports: facts.length }),
      advice: { is: "change", intents: [{ kind: "restore-object", object: ref, commit: gone.commit.commit }], because },
      culprit: gone.commit,
    };
  }
  if (declaredOf(scene, ref) !== undefined) {
    return {
      ...about,
      root: ref,
      category: "service_missing",
      confidence: confidenceOf({ prior: { right: 6, wrong: 1 } }),
      advice: { is: "nothing", because: `${refText(ref)} is in git: Flux makes it again.` },
    };
  }
  return misnamed(scene, root, found, { about, name });
}

type About = { readonly about: ReturnType<typeof base>; readonly name: string };

function misnamed(scene: Scene, root: ObjectRef, found: Found, { about, name }: About): Hypothesis {
  const names = scene.lookup
    .all("/Service")
    .filter((service) => service.metadata.namespace === root.namespace)
    .map((service) => service.metadata.name);
  const meant = nearestName(name, names);
  const basis = `Service ${meant ?? ""} exists in ${root.namespace}, and ${name} is a slip away from it`;
  const intent =
    meant === undefined ? undefined : inEnvironment(scene, root, found, (value) => value.replace(name, meant), basis);
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

// The Service is there and has pods: something on the way is in the way.
function blocked(scene: Scene, root: ObjectRef, found: Found, service: KubernetesObject): Hypothesis {
  if (found.complaint.how === "unknown-host") return noNames(scene, root, found);
  const policy =
    found.complaint.how === "refused" ? undefined : blockedBy(scene.lookup, root, service, found.complaint.port);
  if (policy !== undefined) return byPolicy(scene, root, found, policy);
  return {
    ...base(root, found),
    category: found.complaint.how === "timeout" ? "network" : "app_or_db",
    confidence: confidenceOf({ prior: { right: 2, wrong: 1 } }),
    advice: {
      is: "person",
      because: `See why ${service.metadata.name} does not answer ${root.name} although its pods are ready.`,
    },
  };
}

function byPolicy(scene: Scene, root: ObjectRef, found: Found, policy: KubernetesObject): Hypothesis {
  const ref = refOf(policy);
  const about = base(root, found);
  return {
    ...about,
    cites: [...about.cites, citeFound("network-policy", `${refText(ref)} lets no such traffic through`, refText(ref))],
    category: "netpol",
    confidence: confidenceOf({ prior: { right: 9, wrong: 1 } }),
    advice: {
      is: "person",
      because: `Decide whether ${refText(ref)} should let ${root.name} reach ${addressText(found)}: only people may loosen a network policy.`,
    },
    culprit: historyOf(scene, ref)[0]?.commit ?? null,
  };
}

function noNames(scene: Scene, root: ObjectRef, found: Found): Hypothesis {
  const policy = namesBlockedBy(scene.lookup, root);
  if (policy !== undefined) return byPolicy(scene, root, found, policy);
  const [changed] = suspectsOf(scene, root).filter(
    ({ path }) => path.includes("dnsPolicy") || path.includes("dnsConfig") || path.includes("hostAliases"),
  );
  if (changed !== undefined) {
    return blame({
      category: "dns",
      root,
      sentence: base(root, found).sentence,
      symptoms: [found.symptom],
      suspects: [changed],
      prior: { right: 14, wrong: 1 },
      wrongIf: base(root, found).wrongIf,
    });
  }
  return {
    ...base(root, found),
    category: "dns",
    confidence: confidenceOf({ prior: { right: 6, wrong: 1 } }),
    advice: { is: "person", because: `See why the cluster's DNS does not know ${found.complaint.host}, which exists.` },
  };
}

function outside(root: ObjectRef, found: Found): Hypothesis {
  return {
    ...base(root, found),
    category: found.complaint.how === "unknown-host" ? "dns" : "app_or_db",
    confidence: confidenceOf({ prior: { right: 9, wrong: 1 } }),
    advice: {
      is: "person",
      because: `See why ${addressText(found)}, which is outside this cluster, does not answer: nothing in git was changed.`,
    },
  };
}

function foretell(after: Scene, hypothesis: Hypothesis): Foretold {
  const object = after.lookup.get(hypothesis.root);
  if (hypothesis.category === "service_missing") {
    return object === undefined
      ? { silent: false, because: "the Service is still not there" }
      : { silent: true, because: "the Service is there" };
  }
  return { silent: "unknown", because: "only running tells whether the peer answers at that address" };
}
