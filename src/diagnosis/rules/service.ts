import type { Foretold, Hypothesis } from "../hypothesis.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { strayingSelector } from "../serving/astray.ts";
import { wrongPort } from "../serving/port.ts";
import { wrongSelector } from "../serving/selector.ts";
import { selectedPods, serviceSymptoms } from "../symptoms/services.ts";
import { ailing } from "../telling.ts";

/** A Service that selects no pod although its workload is there, or sends to a port that no container opens. */
export const service: Rule = {
  name: "service-leads-nowhere",
  categories: ["service_selector", "service_port"],
  sees: ["no-backends", "no-port", "astray"],
  silentIf: ["its pods are there and only not ready", "no workload carries labels that come near"],
  asksFor: {
    "restore-fields": "the selector, the labels or the ports before the commit",
    "set-selector": "labels that the pods of the one workload carry",
    "set-port": "ports that the containers behind it open",
  },
  diagnose: (scene, trouble) => {
    const object = scene.lookup.get(trouble.root);
    if (object === undefined || object.kind !== "Service") return [];
    const [empty] = ailing(trouble, "no-backends").filter(({ ailment }) => ailment.selected === 0);
    const [portless] = ailing(trouble, "no-port");
    const [astray] = ailing(trouble, "astray");
    const led = astray === undefined ? [] : strayingSelector(scene, object, astray);
    if (led.length > 0) return led;
    if (empty !== undefined) return wrongSelector(scene, object, empty);
    return portless === undefined ? [] : wrongPort(scene, object, portless);
  },
  foretell,
};

function foretell(after: Scene, hypothesis: Hypothesis): Foretold {
  const object = after.lookup.get(hypothesis.root);
  if (object === undefined) return { silent: "unknown", because: "the Service is not among what was read" };
  const left = serviceSymptoms(after.lookup, object).filter(
    ({ ailment }) =>
      ["no-port", "astray"].includes(ailment.is) || (ailment.is === "no-backends" && ailment.selected === 0),
  );
  if (left.length > 0) return { silent: false, because: left[0]?.text ?? "" };
  return {
    silent: true,
    because: `${selectedPods(after.lookup, object).length} pods carry the labels it selects and open its ports`,
  };
}
