import { valueAt } from "../../manifest/path.ts";
import type { Refusal } from "../../manifest/rendered.ts";
import { firstValue } from "../first-value.ts";
import type { Intent } from "../intent.ts";
import type { Scene } from "../scene.ts";

/** Gives a kustomization file the only version that kustomize takes, where it is refused for another. */
export function ownVersion({ manifests }: Scene, { code, message, file }: Refusal): Intent | undefined {
  const to = /^apiVersion for \w+ should be (\S+)$/.exec(message)?.[1];
  const bytes = file === undefined ? undefined : manifests.tree.read(file);
  if (code !== "WRONG_KIND" || to === undefined || file === undefined || bytes === undefined) return undefined;
  const from = valueAt(firstValue(new TextDecoder().decode(bytes)), ["apiVersion"]);
  if (typeof from !== "string") return undefined;
  const entry = { file, document: 0, path: ["apiVersion"], from, to };
  return { kind: "repair-entries", entries: [entry], basis: `kustomize takes no other version than ${to}` };
}
