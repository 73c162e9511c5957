import { refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import type { Rule } from "../rule.ts";
import { ailing, citeSymptom } from "../telling.ts";

/** A node that is down or under pressure, or pods that one took down: no manifest is to blame. */
export const node: Rule = {
  name: "node-is-not-well",
  categories: ["node_infra"],
  sees: ["node", "no-sandbox", "on-lost-node", "evicted"],
  silentIf: ["the node is ready: that it takes no new pods is somebody's will"],
  asksFor: {},
  diagnose: (_, trouble) => {
    const symptoms = ailing(trouble, "node", "no-sandbox", "on-lost-node", "evicted");
    const [first] = symptoms;
    if (first === undefined) return [];
    return [
      {
        category: "node_infra",
        root: trouble.root,
        sentence: `${refText(trouble.root)}: ${first.text}.`,
        cites: symptoms.slice(0, 3).map(citeSymptom),
        confidence: confidenceOf({
          prior: first.ailment.is === "node" ? { right: 19, wrong: 1 } : { right: 4, wrong: 1 },
        }),
        advice: { is: "person", because: "Look at the node and its kubelet: no manifest is wrong." },
        culprit: null,
        wrongIf: "pods of other nodes fail in the same way",
      },
    ];
  },
};
