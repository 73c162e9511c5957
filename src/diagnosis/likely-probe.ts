import type { ObjectRef } from "../signal/object.ts";
import type { Intent } from "./intent.ts";
import type { ProbeFailure } from "./message/probe.ts";
import { restartsOf, wasWellLong } from "./proven.ts";
import { mapAt, numberAt, textAt } from "./read.ts";
import type { Scene } from "./scene.ts";
import { declaredAt } from "./suspects.ts";
import { isReady } from "./symptoms/services.ts";
import { setting } from "./telling.ts";
import { type Container, containerNamed, containersOf, podTemplateOf, portsOf } from "./workload.ts";

/** A probe that fails: how, and where it stands. */
export type Asking = {
  readonly failure: ProbeFailure;
  readonly container: Container;
  readonly field: "livenessProbe" | "readinessProbe" | "startupProbe";
};

/** The change of a probe that asks where nobody listens, and why. */
export type Likely = { readonly intent: Intent; readonly because: string };

/** The ways to ask that name a port. */
export const ASKS = ["httpGet", "tcpSocket", "grpc"] as const;

/**
 * The one port that the container opens, or what its other probe asks with success. A port that answers is open, though
 * nobody declares it.
 */
export function likelyProbe(scene: Scene, root: ObjectRef, found: Asking): Likely | undefined {
  if (isHeard(found.failure)) return undefined;
  const way = ASKS.find((candidate) => candidate in mapAt(found.container.spec, found.field));
  if (way === undefined) return undefined;
  const path = [...found.container.path, found.field, way, "port"];
  const asked =
    numberAt(found.container.spec, found.field, way, "port") ?? textAt(found.container.spec, found.field, way, "port");
  if (asked === undefined || declaredAt(scene, root, path) !== asked) return undefined;
  const ports = portsOf(found.container).filter(({ protocol }) => protocol === "TCP");
  if (isOpen(ports, asked) || isOpenBeside(scene, root, asked) || isAnswered(scene, root, { ...found, asked }))
    return undefined;
  const target = siblingPort(found) ?? (ports.length === 1 ? (ports[0]?.name ?? ports[0]?.port) : undefined);
  if (target === undefined) return undefined;
  const to = typeof asked === "number" ? (numberOf(ports, target) ?? target) : target;
  const because = `${found.container.name} opens ${ports.map(({ name, port }) => (name === null ? port : `${port} (${name})`)).join(", ")}, not ${asked}`;
  return { intent: setting("set-probe", root, [{ path, from: asked, to }], because), because };
}

// The containers of a pod share its address.
function isOpenBeside({ lookup }: Scene, root: ObjectRef, asked: number | string): boolean {
  const all = containersOf(podTemplateOf(lookup.get(root))).flatMap(portsOf);
  return typeof asked === "number" && isOpen(all, asked);
}

// Pods of which nobody complains answer the same question, be they of the template before. One that is ready may be about
// to be killed by its liveness probe.
function isAnswered(
  { lookup }: Scene,
  root: ObjectRef,
  { container, field, asked }: Asking & { readonly asked: number | string },
): boolean {
  return lookup.podsOf(root).some((pod) => {
    const own = containerNamed(pod, container.name);
    const isWell = isReady(pod) && (field === "readinessProbe" || (restartsOf(pod) === 0 && wasWellLong(lookup, pod)));
    return isWell && own !== undefined && ASKS.some((way) => portAsked(own, field, way) === asked);
  });
}

function isHeard({ how, text }: ProbeFailure): boolean {
  return (
    how === "status" ||
    (/awaiting headers|deadline exceeded/.test(text) && !/waiting for connection|failed to connect/.test(text))
  );
}

function siblingPort({ container, field: failed }: Asking): number | string | undefined {
  const ports = portsOf(container);
  const others = (["livenessProbe", "readinessProbe", "startupProbe"] as const).filter((field) => field !== failed);
  const asked = others.flatMap((field) => ASKS.map((way) => portAsked(container, field, way)));
  return asked.find((port) => port !== undefined && isOpen(ports, port));
}

/** The port that a probe asks in one of the ways, by its number or its name. */
export function portAsked({ spec }: Container, field: string, way: string): number | string | undefined {
  return numberAt(spec, field, way, "port") ?? textAt(spec, field, way, "port");
}

/** Whether a container declares this port. */
export function isOpen(ports: ReturnType<typeof portsOf>, asked: number | string): boolean {
  return ports.some(({ port, name }) => port === asked || name === asked);
}

function numberOf(ports: ReturnType<typeof portsOf>, target: number | string): number | undefined {
  return ports.find(({ name, port }) => name === target || port === target)?.port;
}
