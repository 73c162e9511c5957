import type { KubernetesObject } from "../../signal/object.ts";
import { type FieldPath, itemSelector } from "../path.ts";
import type { RenderedObject } from "../rendered.ts";
import { fieldOf, type Mapping, type Node, textOf } from "../yaml/node.ts";
import { jsonOf } from "../yaml/value.ts";
import { originOfPlace } from "./place.ts";

const NODES = new WeakMap<RenderedObject, Mapping>();

/** The node that a rendered object was made of. */
export function nodeOfRendered(rendered: RenderedObject): Mapping | undefined {
  return NODES.get(rendered);
}

/** An object of a rendering; its value is made when it is first asked for. */
export function renderedObject(node: Mapping): RenderedObject {
  let object: KubernetesObject | undefined;
  const rendered: RenderedObject = {
    get object() {
      object ??= jsonOf(node) as unknown as KubernetesObject;
      return object;
    },
    originOf: (path) => {
      const found = nodeAtPath(node, path);
      return found && originOfPlace(found);
    },
    origin: originOfPlace(node) ?? { file: "", start: 0, end: 0, way: "flux" },
  };
  NODES.set(rendered, node);
  return rendered;
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
