import { own } from "../../manifest/json.ts";
import type { KubernetesObject } from "../../signal/object.ts";
import type { Category } from "../category.ts";
import type { Lookup } from "../lookup.ts";
import { textAt } from "../read.ts";
import { REASONS } from "./reasons.ts";

/** What a reason asks for: a change of what somebody wrote, waiting for another object, or another try by Flux itself. */
type Course = "act" | "wait" | "retry";

/** How a Flux object's reason is understood where its message is not. */
export type Stop = {
  readonly category: Category;
  readonly course: Course;
  /** What to look at, in a sentence. */
  readonly because: string;
  /** The settings of the object itself that such a reason blames; null where it blames none. */
  readonly settings: RegExp | null;
};

/** What a reason means on an object of this kind; undefined for one that no controller of Flux gives. */
export function stopOf(kind: string, reason: string): Stop | undefined {
  const row = [...(own(REASONS, kind) ?? []), ...(REASONS["*"] ?? [])].find(([reasons]) =>
    reasons.split(" ").includes(reason),
  );
  if (row === undefined) return undefined;
  const [, course, category, because, settings = null] = row;
  return { course, because, settings, category: category === "source" ? sourceCategory(kind) : category };
}

/** Whether what is wrong with the fetching of this kind concerns charts or a Kustomization's files. */
export function sourceCategory(kind: string): Category {
  return ["HelmRelease", "HelmRepository", "HelmChart", "OCIRepository"].includes(kind) ? "helm_source" : "flux_source";
}

/** The same, where an OCIRepository may hold a Kustomization's files as well as a chart: whoever takes it tells. */
export function takenAs(category: Category, lookup: Lookup, { kind, metadata }: KubernetesObject): Category {
  if (category !== "helm_source" || kind !== "OCIRepository") return category;
  const isOfFiles = lookup.all("kustomize.toolkit.fluxcd.io/Kustomization").some((each) => {
    const at = (field: string): string | undefined => textAt(each, "spec", "sourceRef", field);
    const namespace = at("namespace") ?? each.metadata.namespace;
    return at("kind") === kind && at("name") === metadata.name && namespace === metadata.namespace;
  });
  return isOfFiles ? "flux_source" : category;
}
