import { type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { categoryOf } from "../bearing.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { namesWord } from "../match.ts";
import type { Unreachable } from "../message/complaint.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import { suspectsOf, valueText } from "../suspects.ts";
import { servicePortsOf } from "../symptoms/services.ts";
import { citeFound } from "../telling.ts";
import { isKnown } from "./known.ts";
import { told, type Unreached } from "./unreachable.ts";
import { rewritten } from "./written.ts";

/** The address itself, its host or its port came with a commit; undefined where none did. */
export function changedAddress(scene: Scene, root: ObjectRef, found: Unreached): Hypothesis | undefined {
  const { complaint, isInit } = found;
  // Of a variable that nobody complains of, only what it said before can be known to be better.
  const isHeard = found.symptom.ailment.is !== "misaddressed";
  const all = suspectsOf(scene, root);
  const asked = { lookup: scene.lookup, namespace: root.namespace, all };
  const suspects = all.filter(
    (suspect) =>
      holdsAddress(suspect, complaint) &&
      (isHeard || suspect.from !== undefined) &&
      !isKnown(asked, suspect, complaint),
  );
  const [first, ...rest] = suspects;
  if (first === undefined) return undefined;
  const category = categoryOf(first);
  return blame({
    category: isInit && category !== "configmap_content" ? "init_container" : category,
    root,
    sentence: told(root, found).sentence,
    symptoms: [found.symptom],
    suspects: [
      first,
      ...rest.filter(
        (suspect) => suspect.commit?.commit === first.commit?.commit && suspect.object.name === first.object.name,
      ),
    ],
    facts: told(root, found).cites.slice(1),
    prior: { right: 14, wrong: 1 },
    supports: found.host.is === "service" && found.host.hasPort ? 0 : 1,
    contradicts: found.host.is === "service" && found.host.hasPort ? 1 : 0,
    wrongIf: told(root, found).wrongIf,
  });
}

// What the new value has and the old one had not.
function holdsAddress(suspect: Suspect, complaint: Unreachable): boolean {
  if (suspect.path.includes("resources") || suspect.path.includes("image")) return false;
  const [from, to] = [valueText(suspect.from), valueText(suspect.to)];
  const isNew = (text: string): boolean => namesWord(to, text) && !namesWord(from, text);
  // `quote:0000` is port 0.
  const written =
    complaint.port === null ? [] : (to.match(/(?<=:)\d+/g) ?? []).filter((port) => Number(port) === complaint.port);
  return isNew(complaint.host) || (complaint.port !== null && [String(complaint.port), ...written].some(isNew));
}

/** The Service is there and has no such port. */
export function wrongPort(scene: Scene, root: ObjectRef, found: Unreached, service: KubernetesObject): Hypothesis {
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
    ports.length === 1 && found.symptom.ailment.is !== "misaddressed"
      ? rewritten(scene, root, found, (value) => withPort(value, found.complaint, ports[0]?.port ?? 0), basis)
      : undefined;
  return {
    ...told(root, found),
    cites: [...told(root, found).cites, citeFound("port", basis, refText(ref))],
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
