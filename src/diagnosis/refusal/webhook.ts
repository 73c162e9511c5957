import { configurationOf, webhooksIn } from "../admission.ts";
import { historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { citeSuspect } from "../telling.ts";
import { forPeople, type Refusal } from "./refusal.ts";

/** A webhook that does not answer keeps the pods out: its service is at fault, whoever owns that. */
export function webhookDown(found: Refusal): Hypothesis {
  const { scene, refusal } = found;
  const name = refusal.is === "webhook-down" ? refusal.webhook : "";
  const owner = configurationOf(scene.lookup, name);
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

/** The API server waits for every webhook in turn; where there is none, it is itself too slow. */
export function tooSlow(found: Refusal): Hypothesis {
  const webhooks = webhooksIn(found.scene.lookup).map(({ metadata }) => metadata.name);
  const why = webhooks.length > 0 ? `one of the admission webhooks of ${webhooks.join(", ")}` : "the API server itself";
  const category = webhooks.length > 0 ? "webhook_mesh" : "node_infra";
  return forPeople(found, category, `See what is slow, ${why}: no manifest of these pods is wrong.`);
}
