import { asWay, fieldOf, isNull, type Mapping, mapChildren, type Node, nodeAt, textOf } from "../yaml/node.ts";
import { resolveNode } from "../yaml/value.ts";
import type { NameReference } from "./configuration.ts";
import type { FieldSpec } from "./field-spec.ts";
import { effectiveNamespace, type Gvk, gvkText, idText, isSelected, NO_NAMESPACE, type ResourceId } from "./id.ts";
import { refuse } from "./refused.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";
import { changePath, type NewText, replaceText, setText } from "./set-field.ts";

/** Writes the new names of renamed resources wherever others refer to them by their old ones. */
export function fixNameReferences(resources: Resources, references: readonly NameReference[]): void {
  const candidates = new Candidates(resources.all);
  const byKind = new Map<string, readonly Reference[]>();
  for (const resource of resources.all) {
    if (resource.node === undefined) continue;
    const { originalId } = resource;
    const kind = gvkText(originalId);
    const known = byKind.get(kind) ?? referencesOf(originalId, references);
    byKind.set(kind, known);
    if (known.length > 0) new Referrer(resource, candidates).fix(known);
  }
}

/** A field of some kind that holds the name of an object of another one. */
type Reference = { readonly target: Gvk; readonly field: FieldSpec };

function referencesOf(gvk: Gvk, references: readonly NameReference[]): readonly Reference[] {
  return references.flatMap((target) =>
    target.referrers.filter((field) => isSelected(gvk, field)).map((field) => ({ target, field })),
  );
}

/** The resources that names may mean. */
class Candidates {
  /** Only what was renamed or moved can be behind a name that has to follow. */
  readonly byOldName = new Map<string, Resource[]>();
  readonly byOriginalNamespace: ReadonlyMap<string, readonly Resource[]>;
  readonly byNamespace: ReadonlyMap<string, readonly Resource[]>;

  constructor(all: readonly Resource[]) {
    for (const resource of all) {
      for (const name of new Set(resource.previous.map((previous) => previous.name))) {
        const others = this.byOldName.get(name);
        if (others === undefined) this.byOldName.set(name, [resource]);
        else others.push(resource);
      }
    }
    this.byOriginalNamespace = Map.groupBy(all, ({ originalId }) => effectiveNamespace(originalId));
    this.byNamespace = Map.groupBy(all, ({ id }) => effectiveNamespace(id));
  }
}

/** A resource that may refer to others. */
class Referrer {
  readonly #resource: Resource;
  readonly #id: ResourceId;
  readonly #candidates: Candidates;
  readonly #isReachable: (candidate: Resource) => boolean;

  constructor(resource: Resource, candidates: Candidates) {
    this.#resource = resource;
    this.#id = resource.id;
    this.#candidates = candidates;
    this.#isReachable = reachOf(resource, resource.id);
  }

  fix(references: readonly Reference[]): void {
    for (const { target, field } of references) {
      const set = (node: Node): Node => this.#set(node, target, field.path);
      this.#resource.change((node) => changePath(node, field, set));
    }
  }

  #set(node: Node, target: Gvk, path: string): Node {
    if (isNull(node)) return node;
    if (node.kind === "list") return mapChildren(node, (item) => this.#set(item, target, path));
    return node.kind === "map" ? this.#setMap(node, target, path) : this.#setName(node, target, path);
  }

  #setName(node: Node, target: Gvk, path: string): Node {
    if (node.kind !== "scalar") return node;
    const referral = this.#select(node.text, undefined, target, path, node);
    if (referral === undefined || referral.id.name === node.text) return node;
    return replaceText(node, nameOf(referral, referral.id.name));
  }

  #setMap(node: Mapping, target: Gvk, path: string): Mapping {
    const name = fieldOf(node, "name");
    if (name === undefined) {
      return refuse(
        "BAD_REFERENCE",
        `updating name reference in '${path}': path config error; no 'name' field in node`,
        node,
      );
    }
    const referral = this.#select(textOf(name), fieldOf(node, "namespace"), target, path, node);
    if (referral === undefined) return node;
    const { id } = referral;
    if (id.name === textOf(name) && id.namespace === "") return node;
    const named = setText(node, "name", nameOf(referral, id.name));
    // An empty namespace stands for any: it is not written over one that is said.
    return id.namespace === "" ? named : setText(named, "namespace", nameOf(referral, id.namespace, "namespace"));
  }

  /** The one resource that is meant by an old name. */
  #select(name: string, namespace: Node | undefined, target: Gvk, path: string, node: Node): Resource | undefined {
    let candidates = (this.#candidates.byOldName.get(name) ?? []).filter(
      (candidate) =>
        this.#isReachable(candidate) &&
        candidate.previousIds.some((id) => isSelected(id, target)) &&
        this.#isRole(candidate, path) &&
        this.#isNear(candidate),
    );
    if (namespace !== undefined) candidates = this.#inNamespace(candidates, textOf(namespace));
    if (candidates.length === 1) return candidates[0];
    candidates = candidates.filter((candidate) => this.#hasSameAffixes(candidate, true));
    if (candidates.length > 1) candidates = candidates.filter((candidate) => this.#hasSameAffixes(candidate, false));
    const [first] = candidates;
    const isMap = node.kind === "map";
    const isOne = candidates.every(
      ({ id }) => id.name === first?.id.name && (!isMap || id.namespace === first.id.namespace),
    );
    if (isOne) return first;
    const ids = candidates.map(({ id }) => idText(id)).join(", ");
    return refuse("SEVERAL_TARGETS", `found multiple possible referrals: ${ids}`, node);
  }

  #inNamespace(candidates: readonly Resource[], namespace: string): Resource[] {
    if (namespace === NO_NAMESPACE) return [];
    const original = this.#candidates.byOriginalNamespace.get(namespace) ?? [];
    const group = original.some((candidate) => this.#isReachable(candidate))
      ? original
      : (this.#candidates.byNamespace.get(namespace) ?? []);
    return candidates.filter((candidate) => group.includes(candidate));
  }

  #isRole(candidate: Resource, path: string): boolean {
    if (!path.endsWith("roleRef/name")) return true;
    const { node } = this.#resource;
    const group = nodeAt(node, "roleRef", "apiGroup");
    const kind = nodeAt(node, "roleRef", "kind");
    if (group === undefined || kind === undefined) return true;
    return candidate.previousIds.some((id) => isSelected(id, { group: textOf(group), kind: textOf(kind) }));
  }

  #isNear({ id }: Resource): boolean {
    if (this.#id.isClusterScoped || id.isClusterScoped || id.kind === "ServiceAccount") return true;
    return effectiveNamespace(this.#id) === effectiveNamespace(id);
  }

  #hasSameAffixes(candidate: Resource, allowsEmpty: boolean): boolean {
    const isSame = (ours: readonly string[], theirs: readonly string[]): boolean =>
      (allowsEmpty && (ours.length === 0 || theirs.length === 0)) || endsAlike(ours, theirs);
    return isSame(this.#resource.prefixes, candidate.prefixes) && isSame(this.#resource.suffixes, candidate.suffixes);
  }
}

function nameOf(referral: Resource, text: string, field: "name" | "namespace" = "name"): NewText {
  const place = nodeAt(referral.node, "metadata", field) ?? referral.place;
  return { text, tag: "", place: asWay(place, "name-reference") };
}

// What stands outside of any namespace reaches everything and is reached by everything; a role binding also reaches the
// namespaces of its subjects.
function reachOf({ node }: Resource, id: ResourceId): (candidate: Resource) => boolean {
  if (id.isClusterScoped) return () => true;
  const namespace = effectiveNamespace(id);
  const others = id.kind === "RoleBinding" ? subjectNamespaces(fieldOf(node, "subjects")) : new Set<string>();
  return (candidate) =>
    candidate.id.isClusterScoped ||
    effectiveNamespace(candidate.id) === namespace ||
    others.has(candidate.id.namespace);
}

function subjectNamespaces(subjects: Node | undefined): ReadonlySet<string> {
  const items = subjects?.kind === "list" ? subjects.items : [];
  const accounts = items.filter((subject) => textOf(fieldOf(subject, "kind")) === "ServiceAccount");
  return new Set(
    accounts.flatMap((subject) => {
      const namespace = fieldOf(subject, "namespace");
      if (namespace === undefined) return [];
      if (namespace.kind === "scalar" && typeof resolveNode(namespace).value === "string") return [namespace.text];
      return refuse("WRONG_TYPE", "Invalid Input: namespace is blank for a subject of a RoleBinding", namespace);
    }),
  );
}

function endsAlike(a: readonly string[], b: readonly string[]): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length === 0) return long.length === 0;
  return short.every((text, at) => text === long[long.length - short.length + at]);
}
