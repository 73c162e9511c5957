import { stringify } from "yaml";

/** A manifest as written in git. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
};

/** A small GitOps tree: the manifests of each file. A text stands for a file that is no list of manifests. */
export type Tree = Readonly<Record<string, readonly Manifest[] | string>>;

/** An object as a story names it: `Deployment/shop/catalog`, `Node/worker-1`. */
export type Named = string;

/** The steps of a path: map keys, positions, and the names of list items. */
export type Steps = readonly (string | number)[];

/** The path `spec.ports.0.targetPort` or `spec.template.spec.containers.app.image` as steps. */
export function stepsOf(path: string | Steps): Steps {
  return typeof path === "string" ? path.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step)) : path;
}

/** How a story names this object. */
export function nameOf(object: Manifest): Named {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? `${object.kind}/${name}` : `${object.kind}/${namespace}/${name}`;
}

/** The files of a tree as texts. */
export function textsOf(tree: Tree): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).map(([file, held]) => [
      file,
      typeof held === "string"
        ? held
        : held.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join("---\n"),
    ]),
  );
}

/** Every manifest of a tree. */
export function manifestsOf(tree: Tree): readonly Manifest[] {
  return Object.values(tree).flatMap((held) => (typeof held === "string" ? [] : held));
}

/** The tree with one field of one object set, or removed where no value is given. */
export function changed(tree: Tree, named: Named, path: string | Steps, value?: unknown): Tree {
  return mapped(tree, named, (object) => [put(object, stepsOf(path), value) as Manifest]);
}

/** The tree without one object; a file that holds nothing more goes too. */
export function without(tree: Tree, named: Named): Tree {
  const left = mapped(tree, named, () => []);
  return Object.fromEntries(Object.entries(left).filter(([, held]) => held.length > 0));
}

/** The tree with one object more. */
export function withObject(tree: Tree, file: string, object: Manifest): Tree {
  const held = tree[file] ?? [];
  if (typeof held === "string") throw new Error(`${file} is a text`);
  return { ...tree, [file]: [...held, object] };
}

/** The tree with no object naming its namespace. */
export function bare(tree: Tree): Tree {
  const unplaced = (object: Manifest): Manifest => {
    const { namespace, ...metadata } = object.metadata;
    return { ...object, metadata: { ...metadata, name: object.metadata.name } };
  };
  return Object.fromEntries(
    Object.entries(tree).map(([file, held]) => [file, typeof held === "string" ? held : held.map(unplaced)]),
  );
}

function mapped(tree: Tree, named: Named, change: (object: Manifest) => readonly Manifest[]): Tree {
  if (!manifestsOf(tree).some((object) => nameOf(object) === named)) throw new Error(`the tree has no ${named}`);
  const map = (object: Manifest): readonly Manifest[] => (nameOf(object) === named ? change(object) : [object]);
  return Object.fromEntries(
    Object.entries(tree).map(([file, held]) => [file, typeof held === "string" ? held : held.flatMap(map)]),
  );
}

function put(value: unknown, [step, ...rest]: Steps, to: unknown): unknown {
  if (step === undefined) return to;
  if (Array.isArray(value)) {
    const at = typeof step === "number" ? step : value.findIndex((item) => item.name === step);
    if (at < 0) throw new Error(`no list item is named ${step}`);
    if (rest.length === 0 && to === undefined) return value.toSpliced(at, 1);
    return at === value.length ? [...value, put({}, rest, to)] : value.with(at, put(value[at], rest, to));
  }
  const map = (value ?? {}) as Record<string, unknown>;
  if (rest.length === 0 && to === undefined)
    return Object.fromEntries(Object.entries(map).filter(([key]) => key !== String(step)));
  return { ...map, [step]: put(map[String(step)], rest, to) };
}
