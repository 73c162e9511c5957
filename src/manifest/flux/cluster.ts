import type { KubernetesObject } from "../../signal/object.ts";
import type { Origin } from "../origin.ts";
import { fieldOf, type Mapping, type Node, nodeAt, textOf } from "../yaml/node.ts";
import { type Draft, draftOf, nameOf } from "./draft.ts";
import { textsAt } from "./fields.ts";
import type { SubstituteFrom } from "./kustomization.ts";
import { originOfPlace } from "./place.ts";
import { mentionsVariable, substituteObject } from "./substitution/object.ts";
import {
  type Gathered,
  gatherVariables,
  type VariableSource,
  type Variables,
  type VariableValue,
} from "./variables.ts";
import type { Kept } from "./workshop.ts";

/** A Kustomization of a cluster. */
export type Member = {
  /** `namespace/name`. */
  readonly name: string;
  readonly draft: Draft;
  readonly parent: Member | null;
  /** What kustomize makes of its folder; null where that is not in this repository. */
  readonly kept: Kept | null;
};

/** What a cluster is known by besides the files. */
export type Surroundings = {
  /** What kustomize makes of a Kustomization's folder, knowing what made it, nearest first; null where that is not in this repository. */
  readonly keep: (draft: Draft, makers: readonly Draft[]) => Kept | null;
  /** What runs in the cluster we look at. */
  readonly objects: readonly KubernetesObject[];
  /** Whether every object of this kind (`/Secret`) is among them. */
  readonly isListed: (kind: string) => boolean;
};

/** The Kustomizations of one cluster, each beneath the one that makes it, and their variables. */
export class Cluster {
  readonly label: string;
  readonly isLive: boolean;
  readonly #surroundings: Surroundings;
  readonly #members = new Map<string, Member>();
  /** ConfigMaps and Secrets by kind, namespace and name, each with the Kustomization that makes it. */
  readonly #holders = new Map<string, { readonly node: Mapping; readonly maker: Member }>();
  readonly #variables = new Map<Member, { readonly members: number; readonly variables: Gathered }>();
  readonly #resolving = new Set<string>();

  constructor(label: string, isLive: boolean, surroundings: Surroundings) {
    this.label = label;
    this.isLive = isLive;
    this.#surroundings = surroundings;
  }

  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** How many Kustomizations it has so far. */
  get size(): number {
    return this.#members.size;
  }

  member(name: string): Member | undefined {
    return this.#members.get(name);
  }

  /** Adds a Kustomization; undefined where one of its name is there already. One that makes itself counts as it makes itself. */
  add(draft: Draft, parent: Member | null): Member | undefined {
    const name = nameOf(draft.ref);
    if (this.#members.has(name)) return undefined;
    const keep = (one: Draft): Kept | null => this.#surroundings.keep(one, makersOf(parent));
    let member: Member = { name, draft, parent, kept: keep(draft) };
    const itself = parent === null ? this.childrenOf(member).find((child) => nameOf(child.ref) === name) : undefined;
    if (itself !== undefined) member = { ...member, draft: itself, kept: keep(itself) };
    this.#members.set(name, member);
    this.#register(member);
    return member;
  }

  /** The Kustomizations that this one makes. */
  childrenOf(member: Member): readonly Draft[] {
    const made = member.kept?.kustomizations ?? [];
    return made.flatMap((node) => draftOf(this.#substituted(node, member)) ?? []);
  }

  /** The variables that are substituted in what this Kustomization builds; null where it substitutes nothing. */
  variablesOf(member: Member): Gathered {
    // Every new member may bring a source of variables; one that is being resolved is not what it will be.
    const known = this.#variables.get(member);
    if (known?.members === this.#members.size && this.#resolving.size === 0) return known.variables;
    const variables = this.#gather(member);
    if (this.#resolving.size === 0) this.#variables.set(member, { members: this.#members.size, variables });
    return variables;
  }

  #gather({ draft }: Member): Gathered {
    const { postBuild } = draft.spec;
    if (postBuild === null) return null;
    const own = new Map<string, Origin>();
    const substitute = nodeAt(draft.node, "spec", "postBuild", "substitute");
    for (const { key, value } of substitute?.kind === "map" ? substitute.entries : []) {
      const origin = originOfPlace(value);
      if (origin !== undefined) own.set(key, origin);
    }
    return gatherVariables(postBuild, own, (from) => this.#find(from, draft.ref.namespace ?? ""));
  }

  #find(from: SubstituteFrom, namespace: string): VariableSource {
    const key = `${from.kind}/${namespace}/${from.name}`;
    const holder = this.#holders.get(key);
    if (holder !== undefined) return this.#held(key, holder);
    const { objects, isListed } = this.#surroundings;
    const running = (this.isLive ? objects : []).find(
      ({ kind, metadata }) => kind === from.kind && metadata.namespace === namespace && metadata.name === from.name,
    );
    if (running !== undefined) return runningValues(running);
    return from.optional || (this.isLive && isListed(`/${from.kind}`)) ? "absent" : "unknown";
  }

  #held(key: string, { node, maker }: { readonly node: Mapping; readonly maker: Member }): VariableSource {
    // A source of variables may hold variables itself; one that would need itself is taken as it is written.
    if (this.#resolving.has(key) || !isTemplate(node)) return writtenValues(node);
    this.#resolving.add(key);
    try {
      return writtenValues(this.#substituted(node, maker));
    } finally {
      this.#resolving.delete(key);
    }
  }

  #substituted(node: Mapping, member: Member): Mapping {
    if (!isTemplate(node)) return node;
    const variables = this.variablesOf(member);
    if (variables === null || "refused" in variables || !variables.isActive) return node;
    return substitutedOnce(node, variables);
  }

  #register(member: Member): void {
    for (const [key, node] of member.kept?.holders ?? []) {
      if (!this.#holders.has(key)) this.#holders.set(key, { node, maker: member });
    }
  }
}

const templates = new WeakMap<Mapping, boolean>();

function isTemplate(node: Mapping): boolean {
  const known = templates.get(node) ?? mentionsVariable(node);
  templates.set(node, known);
  return known;
}

/** The Kustomizations that led to what this one makes, nearest first. */
export function makersOf(parent: Member | null): readonly Draft[] {
  return parent === null ? [] : [parent.draft, ...makersOf(parent.parent)];
}

/** What substitution made of nodes, by the key of the variables; a tree is grown again for every revision. */
const known = new WeakMap<Mapping, Map<string, Mapping>>();

function substitutedOnce(node: Mapping, variables: Variables): Mapping {
  const made = known.get(node) ?? new Map<string, Mapping>();
  known.set(node, made);
  const before = made.get(variables.key);
  if (before !== undefined) return before;
  const substituted = substituteObject(node, variables);
  const after = substituted.ok ? substituted.node : node;
  made.set(variables.key, after);
  return after;
}

const written = new WeakMap<Mapping, VariableSource>();

/** The variables of a ConfigMap or Secret in git; a Secret's values are nobody's business. */
function writtenValues(node: Mapping): VariableSource {
  const values = written.get(node) ?? readValues(node);
  written.set(node, values);
  return values;
}

function readValues(node: Mapping): VariableSource {
  const isOpaque = textOf(fieldOf(node, "kind")) === "Secret";
  const values = new Map<string, VariableValue>();
  for (const part of isOpaque ? ["data", "stringData"] : ["data"]) {
    const data = fieldOf(node, part);
    for (const { key, value } of data?.kind === "map" ? data.entries : [])
      values.set(key, { value: textIn(value), origin: originOfPlace(value) ?? null, isOpaque });
  }
  return values;
}

function textIn(node: Node): string {
  return node.kind === "scalar" && node.tag !== "!!null" ? node.text : "";
}

function runningValues(object: KubernetesObject): VariableSource {
  const isOpaque = object.kind === "Secret";
  const data = Object.entries(textsAt(object, "data"));
  return new Map(data.map(([key, value]) => [key, { value: isOpaque ? "" : value, origin: null, isOpaque }]));
}
