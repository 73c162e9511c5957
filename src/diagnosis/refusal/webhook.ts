import type { Hypothesis } from "../hypothesis.ts";
import { historyOf } from "../suspects.ts";
import { citeSuspect } from "../telling.ts";
import { type Found, forPeople } from "./found.ts";

/** A webhook that does not answer keeps the pods out: its service is at fault, whoever owns that. */
export function webhookDown(found: Found): Hypothesis {
  const { scene, refusal } = found;
  const name = refusal.is === "webhook-down" ? refusal.webhook : "";
  const owner = [
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  ]
    .flatMap((kind) => scene.lookup.all(kind))
    .find((configuration) => JSON.stringify(configuration["webhooks"] ?? []).includes(`"${name}"`));
  const where = owner === undefined ? "" : ` of ${owner.kind} ${owner.metadata.name}`;
  const hypothesis = forPeople(
    found,
    "webhook_mesh",
    `Bring the service behind webhook ${name}${where} back: only people may loosen an admission policy.`,
  );
  const culprit =
    owner === undefined
      ? undefined
      : historyOf(scene, {
          apiVersion: owner.apiVersion,
          kind: owner.kind,
          namespace: null,
          name: owner.metadata.name,
        })[0];
  return culprit === undefined
    ? hypothesis
    : { ...hypothesis, culprit: culprit.commit, cites: [...hypothesis.cites, citeSuspect(culprit)] };
}
