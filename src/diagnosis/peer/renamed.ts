import { type ObjectRef, refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { withName } from "../match.ts";
import { replacedInUse } from "../reference/replaced.ts";
import type { Scene } from "../scene.ts";
import type { Unreached } from "./unreachable.ts";
import { rewritten } from "./written.ts";

type Followed = Pick<Hypothesis, "category" | "confidence" | "advice" | "culprit">;

/**
 * The commit that took the Service away added another one that others ask for by now: to bring back the old name would
 * take the new one from them, so the program has to follow. Undefined where nobody knows the new name.
 */
export function followed(scene: Scene, root: ObjectRef, found: Unreached, ref: ObjectRef): Followed | undefined {
  const replaced = replacedInUse(scene, ref, root);
  if (replaced === undefined) return undefined;
  const { by: names, commit } = replaced;
  const [only, ...others] = names;
  const basis = `commit ${commit.commit.slice(0, 8)} put Service ${names.join(", ")} in the place of ${ref.name}`;
  const intent =
    only === undefined || others.length > 0
      ? undefined
      : rewritten(scene, root, found, (value) => withName(value, ref.name, only), basis);
  const person = `Let ${root.name} ask for ${names.join(" or ")} instead of ${ref.name}, or bring ${refText(ref)} back beside it: ${basis}.`;
  return {
    category: found.isInit ? "init_container" : "service_missing",
    confidence: confidenceOf({ prior: { right: 14, wrong: 1 }, supports: 1 }),
    advice:
      intent === undefined
        ? { is: "person", because: person }
        : { is: "change", intents: [intent], because: `Ask ${only} instead of ${ref.name}: ${basis}.` },
    culprit: commit,
  };
}
