import { createHash } from "node:crypto";
import type { FateEvent } from "./fates.ts";
import { minutesAgo } from "./time.ts";
import { type Manifest, type Named, nameOf } from "./tree.ts";

/** An object as a cluster keeps it, still being written. */
export type Live = Manifest & { metadata: Record<string, unknown> & Manifest["metadata"]; [key: string]: unknown };

/** The recorded cluster of a story: its objects, events and logs. */
export class Cluster {
  readonly objects = new Map<Named, Live>();
  readonly logs = new Map<string, string>();
  /** What Flux applied before what it is told of now. */
  former = "main@sha1:0000000000000000000000000000000000000001";
  #events = 0;

  /** Adds an object, made so many minutes ago. */
  add(object: Manifest, made: number): Live {
    const named = nameOf(object);
    const live = structuredClone(object) as Live;
    live.metadata = {
      uid: uidOf(named),
      creationTimestamp: minutesAgo(made),
      resourceVersion: String(1000 + this.objects.size),
      ...live.metadata,
    };
    // The API server keeps what was written as plain text under `data`.
    if (live["stringData"] !== undefined) {
      live["data"] = live["stringData"];
      delete live["stringData"];
    }
    this.objects.set(named, live);
    return live;
  }

  get(named: Named): Live {
    const found = this.objects.get(named);
    if (found === undefined)
      throw new Error(`the cluster has no ${named}; it has ${[...this.objects.keys()].join(", ")}`);
    return found;
  }

  ofKind(kind: string): readonly Live[] {
    return [...this.objects.values()].filter((object) => object.kind === kind);
  }

  /** An event about an object, last seen a minute ago unless said otherwise. */
  event(
    named: Named,
    told: FateEvent & { readonly fieldPath?: string; readonly ago?: number; readonly from?: string },
  ): void {
    const about = this.get(named);
    const { reason, message, isNormal = false, count = 1, fieldPath, ago = 1, from = "kubelet" } = told;
    this.#events += 1;
    const name = `${about.metadata.name}.18${createHash("sha1").update(`${named}${reason}${message}`).digest("hex").slice(0, 14)}`;
    const namespace = about.metadata.namespace ?? "default";
    this.add(
      {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name, namespace },
        involvedObject: {
          apiVersion: about.apiVersion,
          kind: about.kind,
          name: about.metadata.name,
          uid: about.metadata["uid"],
          ...(about.metadata.namespace === undefined ? {} : { namespace }),
          ...(fieldPath === undefined ? {} : { fieldPath }),
        },
        reason,
        message,
        source: { component: from },
        type: isNormal ? "Normal" : "Warning",
        firstTimestamp: minutesAgo(ago + (count > 1 ? 20 : 0)),
        lastTimestamp: minutesAgo(ago),
        count,
        eventTime: null,
        reportingComponent: from,
        reportingInstance: "",
      },
      ago + (count > 1 ? 20 : 0),
    );
  }

  /** Sets a condition of an object. */
  condition(
    named: Named,
    condition: { readonly type: string; readonly status: string; readonly [key: string]: unknown },
    ago = 20,
  ): void {
    const object = this.get(named);
    const status = (object["status"] ?? {}) as { conditions?: readonly { readonly type: string }[] };
    const others = (status.conditions ?? []).filter(({ type }) => type !== condition.type);
    object["status"] = { ...status, conditions: [...others, { lastTransitionTime: minutesAgo(ago), ...condition }] };
  }

  /** Replaces fields of an object. */
  set(named: Named, part: "spec" | "status", fields: Readonly<Record<string, unknown>>): void {
    const object = this.get(named);
    object[part] = { ...(object[part] as Record<string, unknown>), ...fields };
  }

  remove(named: Named): void {
    this.get(named);
    this.objects.delete(named);
  }
}

/** A stable uid for what a story names. */
export function uidOf(named: string): string {
  const hex = createHash("sha1").update(named).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

// The letters that Kubernetes makes names of.
const LETTERS = "bcdfghjklmnpqrstvwxz2456789";

/** A stable suffix as generated names have it. */
export function suffixOf(text: string, length: number): string {
  return [...createHash("sha1").update(text).digest()]
    .slice(0, length)
    .map((byte) => LETTERS[byte % LETTERS.length])
    .join("");
}
