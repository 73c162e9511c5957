import { type Json, type KubernetesObject, type ObjectRef, refText } from "../../signal/object.ts";
import { awaited } from "../awaited.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { historyOf, removalOf } from "../history.ts";
import type { FactDraft, Hypothesis } from "../hypothesis.ts";
import type { SettingKind } from "../intent.ts";
import { namesIn } from "../lookup.ts";
import { replacedInUse } from "../reference/replaced.ts";
import { slipOf } from "../reference/slip.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { ofOneCommit, type Suspects } from "../suspect.ts";
import { declaredAt } from "../suspects.ts";
import type { SymptomOf } from "../symptom.ts";
import { backendsOf } from "../symptoms/routes.ts";
import { servicePortsOf } from "../symptoms/services.ts";
import { ailing, bringBack, citeAbsence, citeFound, citeSymptom, setting, slipText } from "../telling.ts";

/** An Ingress, or a route of the Gateway API or of Istio, that sends to a Service, or to a port of one, that does not exist. */
export const ingress: Rule = {
  name: "route-leads-nowhere",
  categories: ["ingress_route"],
  sees: ["backend-missing"],
  silentIf: ["the Service is there with the port that is asked for", "git has the Service, and it is not applied yet"],
  asksFor: {
    "restore-fields": "the backend before the commit",
    "restore-object": "the Service as the commit removed it",
    "set-reference": "the one Service that comes near",
    "set-port": "ports that the Service has",
  },
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "backend-missing");
    return symptom === undefined ? [] : [judge({ scene, root: trouble.root, symptom })];
  },
};

type Route = {
  readonly scene: Scene;
  readonly root: ObjectRef;
  readonly symptom: SymptomOf<"backend-missing">;
};

function judge(route: Route): Hypothesis {
  const { scene, root, symptom } = route;
  const coming = toCome(route);
  if (coming !== undefined) return { ...person(route, "", coming.cites), advice: coming.advice };
  const suspects = changes(route);
  if (suspects !== undefined) {
    return blame({
      category: "ingress_route",
      root,
      sentence: sentenceOf(route),
      symptoms: [symptom],
      suspects,
      prior: { right: 19, wrong: 1 },
      wrongIf: "the Service is made by something outside git",
    });
  }
  const service = scene.lookup.find("/Service", root.namespace, symptom.ailment.service);
  return service === undefined ? lostService(route) : lostPort(route, service);
}

function toCome({ scene, root, symptom }: Route): ReturnType<typeof awaited> {
  const ref = serviceRef(root, symptom.ailment.service);
  return scene.lookup.get(ref) === undefined ? awaited(scene, ref) : undefined;
}

function sentenceOf({ root, symptom }: Route): string {
  return `${refText(root)} leads nowhere: ${symptom.text}.`;
}

// The Ingress was made to ask for this, or the Service lost the port that is asked for.
function changes({ scene, root, symptom }: Route): Suspects | undefined {
  const { service, port } = symptom.ailment;
  const own = historyOf(scene, root).filter(
    ({ path, to }) => path.some((step) => BACKENDS.has(String(step))) && asks(to, service, port),
  );
  if (own.length > 0) return ofOneCommit(own);
  const ref = serviceRef(root, service);
  return ofOneCommit(historyOf(scene, ref).filter(({ path }) => path[0] === "spec" && path[1] === "ports"));
}

const BACKENDS = new Set(["backend", "defaultBackend", "backendRefs", "destination"]);

function asks(value: Json | undefined, service: string, port: string | number | null): boolean {
  return (
    value === service || (port !== null && value === port) || JSON.stringify(value ?? null).includes(`"${service}"`)
  );
}

function serviceRef(root: ObjectRef, name: string): ObjectRef {
  return { apiVersion: "v1", kind: "Service", namespace: root.namespace, name };
}

function lostService(route: Route): Hypothesis {
  const { scene, root, symptom } = route;
  const { service } = symptom.ailment;
  const ref = serviceRef(root, service);
  const absence = citeAbsence("reference", `${refText(ref)} does not exist`, refText(ref));
  const gone = removalOf(scene, ref);
  if (gone !== undefined) {
    const [to, another] = replacedInUse(scene, ref, root)?.by ?? [];
    if (to !== undefined && another === undefined) {
      const basis = `commit ${gone.culprit.commit.slice(0, 8)} put Service ${to} in the place of ${service}`;
      const told = person(route, `Send to ${to} instead of ${service}: ${basis}.`, [absence]);
      const change = { part: "namePath", from: service, to, kind: "set-reference", basis } as const;
      return { ...withFields(route, told, change), culprit: gone.culprit };
    }
    return { ...person(route, "", [absence]), culprit: gone.culprit, advice: bringBack(gone) };
  }
  const meant = slipOf(service, namesIn(scene.lookup, "/Service", root.namespace), root);
  const told = person(route, `Make Service ${service}, or say which one ${root.name} should send to.`, [absence]);
  if (meant === undefined) return told;
  const basis = slipText(`Service ${meant}`, service);
  return withFields(route, told, { part: "namePath", from: service, to: meant, kind: "set-reference", basis });
}

function lostPort(route: Route, service: KubernetesObject): Hypothesis {
  const { port } = route.symptom.ailment;
  const ports = servicePortsOf(service);
  const basis = `Service ${service.metadata.name} has ${ports.map((each) => each.port).join(", ")}`;
  const told = person(
    route,
    `Say which port of ${service.metadata.name} ${route.root.name} should send to: ${basis}.`,
    [citeFound("port", basis, refText(serviceRef(route.root, service.metadata.name)))],
  );
  const [only, ...others] = ports;
  if (only === undefined || others.length > 0 || port === null) return told;
  // A name can only be set right where the one port has a name.
  const to = typeof port === "number" ? only.port : only.name;
  if (to === null) return told;
  return withFields(route, told, { part: "portPath", from: port, to, kind: "set-port", basis });
}

type Change = {
  readonly part: "namePath" | "portPath";
  readonly from: string | number;
  readonly to: string | number;
  readonly kind: SettingKind;
  readonly basis: string;
};

function withFields(route: Route, told: Hypothesis, { part, from, to, kind, basis }: Change): Hypothesis {
  const { scene, root, symptom } = route;
  const fields = backendsOf(scene.lookup.get(root))
    .filter(({ service, port }) => service === symptom.ailment.service && (part === "namePath" || port === from))
    .map((backend) => ({ path: [...backend[part]], from, to }));
  if (fields.length === 0 || fields.some(({ path }) => declaredAt(scene, root, path) !== from)) return told;
  const because = `Send to ${to} instead of ${from}: ${basis}.`;
  return { ...told, advice: { is: "change", intents: [setting(kind, root, fields, basis)], because } };
}

function person(route: Route, because: string, facts: readonly FactDraft[]): Hypothesis {
  return {
    category: "ingress_route",
    root: route.root,
    sentence: sentenceOf(route),
    cites: [citeSymptom(route.symptom), ...facts],
    confidence: confidenceOf({ prior: { right: 14, wrong: 1 } }),
    advice: { is: "person", because },
    culprit: null,
    wrongIf: "the Service is made by something outside git",
  };
}
