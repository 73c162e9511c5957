import type { KubernetesObject } from "../signal/object.ts";
import type { MetricAnswer } from "./metrics/answer.ts";

/**
 * A cluster at one moment, as a plain value: what was read, and what could not be. Rules ask only this, so the world
 * after a patch is the same value with other objects in it.
 */
export type World = {
  /** The newest time the cluster itself tells of (CONTRACT: "Now"). */
  readonly now: Date;
  /** Everything read, Secret values dropped, texts redacted. */
  readonly objects: readonly KubernetesObject[];
  /**
   * `group/Kind` (`/Pod`, `apps/Deployment`) of every kind whose list is complete, `group/Kind@namespace` where it is
   * complete in one namespace only: what is missing from it is ABSENT.
   */
  readonly listed: ReadonlySet<string>;
  /** Container logs, redacted, by `logKey`. */
  readonly logs: ReadonlyMap<string, string>;
  /** What a metrics server answered; absent where none was asked. */
  readonly metrics?: readonly MetricAnswer[];
  /** What could not be read and why it matters, one sentence each. */
  readonly unknown: readonly string[];
};

/** How a complete list is named in `listed`. */
export function listedKey(kind: string, namespace?: string): string {
  return namespace === undefined ? kind : `${kind}@${namespace}`;
}

/** The kind of which a name in `listed` says that it is complete, be it in one namespace only. */
export function kindListed(key: string): string {
  return key.replace(/@.*$/, "");
}

/** One log: of the container that runs, or of the run that ended before it. */
export type LogRef = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly run: "present" | "previous";
};

/** The key of a log in a world. */
export function logKey({ namespace, pod, container, run }: LogRef): string {
  return `${namespace}/${pod}/${container}${run === "previous" ? "/previous" : ""}`;
}
