import { type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import { contentHistoryOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Complaint } from "../message/complaint.ts";
import { listAt, textAt } from "../read.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Symptom } from "../symptom.ts";
import { ailing, citeFound, citeSuspect, citeSymptom } from "../telling.ts";

/** A program whose requests the service mesh turns away: by a policy that denies them, or one that wants mutual TLS. */
export const mesh: Rule = {
  name: "mesh-turns-away",
  categories: ["webhook_mesh"],
  sees: ["crash", "unready", "complaining"],
  silentIf: ["no policy of the mesh stands there that could", "several could, and no commit brought one of them"],
  asksFor: {},
  diagnose: (scene, trouble) => {
    for (const symptom of ailing(trouble, "crash", "unready", "complaining")) {
      const complaint = symptom.ailment.complaints.findLast(({ is }) => is === "mesh");
      const policy = complaint === undefined ? undefined : policyOf(scene, trouble.root, complaint);
      if (complaint !== undefined && policy !== undefined) return [turnedAway(scene, trouble.root, symptom, policy)];
    }
    return [];
  },
};

// The one that a commit brought or changed; else the only one there is.
function policyOf(scene: Scene, root: ObjectRef, complaint: Complaint): KubernetesObject | undefined {
  const here = [root.namespace, "istio-system"];
  const could = scene.lookup.world.objects.filter(
    (object) =>
      object.apiVersion.startsWith("security.istio.io/") &&
      here.includes(object.metadata.namespace ?? null) &&
      (complaint.is === "mesh" && complaint.how === "denied" ? denies(object) : wantsTls(object)),
  );
  const [only, ...others] = could;
  return (
    could.find((object) => contentHistoryOf(scene, refOf(object)).length > 0) ??
    (others.length === 0 ? only : undefined)
  );
}

// A policy that allows something denies all the rest.
function denies(object: KubernetesObject): boolean {
  return (
    object.kind === "AuthorizationPolicy" && ["DENY", "ALLOW"].includes(textAt(object, "spec", "action") ?? "ALLOW")
  );
}

function wantsTls(object: KubernetesObject): boolean {
  return object.kind === "PeerAuthentication" && textAt(object, "spec", "mtls", "mode") === "STRICT";
}

function turnedAway(scene: Scene, root: ObjectRef, symptom: Symptom, policy: KubernetesObject): Hypothesis {
  const ref = refOf(policy);
  const [changed] = contentHistoryOf(scene, ref);
  const what = policy.kind === "PeerAuthentication" ? "wants mutual TLS of everybody" : whatIsAllowed(policy);
  return {
    category: "webhook_mesh",
    root: ref,
    sentence: `The service mesh turns away what ${refText(root)} asks for: ${refText(ref)} ${what}.`,
    cites: [
      citeSymptom(symptom),
      citeFound("mesh-policy", `${refText(ref)} ${what}`, refText(ref)),
      ...(changed === undefined ? [] : [citeSuspect(changed)]),
    ],
    confidence: confidenceOf({ prior: { right: 9, wrong: 1 }, supports: changed === undefined ? 0 : 1 }),
    advice: {
      is: "person",
      because: `Decide whether ${refText(ref)} should let ${root.name} through: only people may loosen what a mesh enforces.`,
    },
    culprit: changed?.commit ?? null,
    wrongIf: `${root.name} is turned away by another policy`,
  };
}

function whatIsAllowed(policy: KubernetesObject): string {
  return listAt(policy, "spec", "rules").length === 0 ? "lets nothing through" : "does not let everything through";
}
