import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { treeOfCommit } from "../../src/adapters/git-tree.ts";
import { readSnapshot } from "../../src/adapters/snapshot.ts";
import type { World } from "../../src/evidence/world.ts";
import { type Manifests, openManifests } from "../../src/manifest/manifests.ts";
import { valueAt } from "../../src/manifest/path.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";
import { refOf, refText } from "../../src/signal/object.ts";
import { REDACTED } from "../../src/signal/secret-forms.ts";
import { openMaterial } from "./material.ts";
import { isAsApplied, type OwnedField, ownedFields, ownedValue } from "./owned-fields.ts";

const GROUP = "kustomize.toolkit.fluxcd.io";
const MANAGER = "kustomize-controller";

/** One case: how many fields Flux owns in its cluster, and those that our rendering sets otherwise. */
type Row = {
  readonly name: string;
  readonly objects: number;
  readonly fields: number;
  readonly wrong: readonly string[];
};

/**
 * Compares every field that kustomize-controller applied in recorded clusters (`snapshot/`) with what we render of the
 * same revision of their repository (`repo.bundle`); Secret values excepted. Fails where one differs.
 */
export async function applied(words: readonly string[], print: (line: string) => void): Promise<number> {
  const material = openMaterial(words.find((word) => !word.startsWith("--")));
  if (material === undefined) {
    print("Expected a folder or a .tar.gz with cases, found none: corpus applied DIR [--json]");
    return 2;
  }
  const rows: Row[] = [];
  try {
    const folders = material.folders.flatMap(recordedBelow).toSorted();
    for (const folder of folders) rows.push(await compareCase(basename(folder), folder));
  } finally {
    material.close();
  }
  const wrong = rows.filter((row) => row.wrong.length > 0);
  if (words.includes("--json")) print(JSON.stringify(rows));
  else {
    for (const row of wrong) for (const line of row.wrong) print(`${row.name}: ${line}`);
    const total = (count: (row: Row) => number): number => rows.reduce((sum, row) => sum + count(row), 0);
    print(
      `${total(({ fields }) => fields)} applied fields of ${total(({ objects }) => objects)} objects in ${rows.length} clusters, ${total((row) => row.wrong.length)} wrong`,
    );
  }
  return wrong.length > 0 ? 1 : 0;
}

/** The case folders at or below a folder that bring their repository with its history. */
function recordedBelow(folder: string): readonly string[] {
  if (existsSync(join(folder, "repo.bundle"))) return [folder];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => recordedBelow(join(folder, name)));
}

async function compareCase(name: string, folder: string): Promise<Row> {
  const world = await readSnapshot(join(folder, "snapshot"));
  const clone = mkdtempSync(join(tmpdir(), "oakum-applied-"));
  try {
    execFileSync("git", ["clone", "--quiet", "--bare", resolve(folder, "repo.bundle"), clone]);
    const revisions = new Revisions(clone, world);
    let objects = 0;
    let fields = 0;
    const wrong: string[] = [];
    for (const object of world.objects) {
      const owned = ownedFields(object, MANAGER).filter((field) => isCompared(object, field));
      if (owned.length === 0 || ownerOf(object).name === "") continue;
      objects += 1;
      fields += owned.length;
      wrong.push(...(await differences(object, owned, revisions)));
    }
    return { name, objects, fields, wrong };
  } finally {
    rmSync(clone, { recursive: true });
  }
}

/** The repository at the revisions that Kustomizations applied or tried to. */
class Revisions {
  readonly #clone: string;
  readonly #world: World;
  readonly #opened = new Map<string, Manifests>();

  constructor(clone: string, world: World) {
    this.#clone = clone;
    this.#world = world;
  }

  /** The revisions whose objects may be the live ones: the last one applied, and the last one begun. */
  of(owner: { readonly namespace: string; readonly name: string }): readonly string[] {
    const kustomization = this.#world.objects.find(
      ({ apiVersion, kind, metadata }) =>
        apiVersion.startsWith(GROUP) &&
        kind === "Kustomization" &&
        metadata.namespace === owner.namespace &&
        metadata.name === owner.name,
    );
    const revisions = ["lastAppliedRevision", "lastAttemptedRevision"].map((key) =>
      valueAt(kustomization, ["status", key]),
    );
    return [...new Set(revisions.flatMap((revision) => /[0-9a-f]{40}$/.exec(String(revision))?.[0] ?? []))];
  }

  async open(commit: string): Promise<Manifests> {
    const known = this.#opened.get(commit) ?? openManifests(await treeOfCommit(this.#clone, commit), this.#world);
    this.#opened.set(commit, known);
    return known;
  }
}

function ownerOf({ metadata }: KubernetesObject): { readonly namespace: string; readonly name: string } {
  const labels = metadata.labels ?? {};
  return { namespace: labels[`${GROUP}/namespace`] ?? "", name: labels[`${GROUP}/name`] ?? "" };
}

/** Flux adds its two labels itself when it applies, and what is secret is not in a recording. */
function isCompared(object: KubernetesObject, field: OwnedField): boolean {
  const [first, second, third] = field;
  if (first === "metadata" && second === "labels" && String(third).startsWith(`${GROUP}/`)) return false;
  if (object.kind === "Secret" && (first === "data" || first === "stringData")) return false;
  return ownedValue(object, field) !== REDACTED;
}

async function differences(
  object: KubernetesObject,
  owned: readonly OwnedField[],
  revisions: Revisions,
): Promise<readonly string[]> {
  const owner = ownerOf(object);
  let fewest: readonly string[] | undefined;
  for (const commit of revisions.of(owner)) {
    const manifests = await revisions.open(commit);
    const found = manifests
      .findObject(refOf(object))
      .find(({ kustomization: { ref } }) => ref?.namespace === owner.namespace && ref.name === owner.name);
    const wrong =
      found === undefined
        ? [`${refText(refOf(object))} is not rendered by ${owner.namespace}/${owner.name} at ${commit}`]
        : owned.flatMap((field) => difference(object, found.rendered.object, field));
    if (fewest === undefined || wrong.length < fewest.length) fewest = wrong;
  }
  return fewest ?? [`${refText(refOf(object))}: nobody knows which revision ${owner.namespace}/${owner.name} applied`];
}

function difference(live: KubernetesObject, ours: KubernetesObject, field: OwnedField): readonly string[] {
  const expected = ownedValue(live, field);
  const rendered = ownedValue(ours, field);
  if (isAsApplied(rendered, expected, field)) return [];
  return [
    `${refText(refOf(live))} ${JSON.stringify(field)}: ${JSON.stringify(rendered)}, applied was ${JSON.stringify(expected)}`,
  ];
}
