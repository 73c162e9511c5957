import type { KubernetesObject, ObjectRef } from "../../signal/object.ts";
import type { Origin } from "../origin.ts";
import { type FieldPath, itemSelector } from "../path.ts";
import type { RenderedObject } from "../rendered.ts";
import { fieldOf, type Mapping, type Node, textOf } from "../yaml/node.ts";
import { jsonOf } from "../yaml/value.ts";
import { originOfPlace } from "./place.ts";

/** The node that a rendered object was made of. */
export function nodeOfRendered(rendered: RenderedObject): Mapping | undefined {
  return rendered instanceof RenderedNode ? rendered.node : undefined;
}

/** An object of a rendering; its value is made when it is asked for. */
export function renderedObject(node: Mapping): RenderedObject {
  return new RenderedNode(node);
}

const MOST_VALUES = 1_000;
/** The values that were made last: a repository has more of them than are ever looked at together. */
const values = new Map<RenderedNode, KubernetesObject>();

class RenderedNode implements RenderedObject {
  readonly node: Mapping;
  readonly ref: ObjectRef;

  constructor(node: Mapping) {
    const metadata = fieldOf(node, "metadata");
    this.node = node;
    this.ref = {
      apiVersion: textOf(fieldOf(node, "apiVersion")),
      kind: textOf(fieldOf(node, "kind")),
      namespace: textOf(fieldOf(metadata, "namespace")) || null,
      name: textOf(fieldOf(metadata, "name")),
    };
  }

  get object(): KubernetesObject {
    const value = values.get(this) ?? (jsonOf(this.node) as KubernetesObject);
    values.set(this, value);
    if (values.size > MOST_VALUES)
      for (const oldest of [...values.keys()].slice(0, MOST_VALUES / 2)) values.delete(oldest);
    return value;
  }

  get origin(): Origin {
    return originOfPlace(this.node) ?? { file: "", start: 0, end: 0, way: "flux" };
  }

  get originOf(): RenderedObject["originOf"] {
    return (path) => {
      const found = nodeAtPath(this.node, path);
      return found && originOfPlace(found);
    };
  }
}

/** The node at a path. */
export function nodeAtPath(root: Node, path: FieldPath): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) node = node && childAt(node, step);
  return node;
}

function childAt(node: Node, step: string | number): Node | undefined {
  if (node.kind === "map") return fieldOf(node, String(step));
  if (node.kind !== "list") return undefined;
  if (typeof step === "number") return node.items[step];
  const selector = itemSelector(step);
  return selector && node.items.find((item) => textOf(fieldOf(item, selector.key)) === selector.value);
}
