import type { Commit } from "../../evidence/commit.ts";
import { type KubernetesObject, kindKey, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { awaited } from "../awaited.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit, commitText, culpritOf } from "../culprit.ts";
import { sourceBeside } from "../flux/beside.ts";
import { inOtherNamespace } from "../flux/elsewhere.ts";
import { absenceFact, conditionFact, type FluxFault, fluxFaults } from "../flux/fault.ts";
import { ownSource } from "../flux/own-source.ts";
import { namingCommit } from "../flux/past.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import type { Intent, IntentField } from "../intent.ts";
import { namesIn } from "../lookup.ts";
import { textAt } from "../read.ts";
import { basisText } from "../reference/basis.ts";
import { resolveName } from "../reference/name.ts";
import type { Resolution } from "../reference/resolution.ts";
import { restoreFields } from "../restore.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";

const GROUP = "source.toolkit.fluxcd.io";

/** `sourceRef` or `chartRef` names a source that does not exist (source-, kustomize- and helm-controller). */
export const fluxSource: Rule = {
  name: "flux-source-missing",
  categories: ["flux_source", "helm_source"],
  sees: ["flux source-missing"],
  silentIf: ["the source is there by now, or in git and not applied yet"],
  asksFor: {
    "set-flux": "the one source that comes near, that the commit renamed it to, or that its folder comes from",
    "restore-fields": "the reference before the commit",
  },
  diagnose: (scene, trouble) => fluxFaults(scene, trouble).flatMap((fault) => missingSource(scene, fault)),
};

/** Where an object names its source; the namespace is its own where none is said. */
type Site = {
  readonly owner: KubernetesObject;
  readonly path: readonly string[];
  readonly source: ObjectRef;
  readonly category: Category;
};

function missingSource(scene: Scene, { symptom, trouble, object }: FluxFault): Hypothesis[] {
  if (trouble.is !== "source-missing") return [];
  const site = siteOf(scene, object);
  if (site === undefined || site.source.name !== trouble.name) return [];
  if (scene.lookup.get(site.source) !== undefined) return [];
  const { source } = site;
  const root = refOf(site.owner);
  const namespace = source.namespace ?? "";
  const introduced = namingCommit(scene, root, source.name);
  const resolution = resolutionOf(scene, { site, namespace, introduced });
  const coming = awaited(scene, source);
  const commit = coming === undefined ? (resolution.commit ?? introduced) : undefined;
  const culprit = commit === undefined ? null : culpritOf(commit);
  return [
    {
      category: site.category,
      root,
      sentence: `${refText(root)} takes its source from ${refText(source)}, which does not exist.`,
      cites: [
        conditionFact(symptom),
        absenceFact(scene, source),
        ...(coming?.cites ?? []),
        ...citeCommit(culprit, "left the reference without its source"),
      ],
      confidence: confidenceOf({ prior: { right: 30, wrong: 1 }, supports: 1 }),
      advice: coming?.advice ?? adviceOn(scene, site, root, resolution),
      culprit,
      wrongIf: `${refText(source)} existed and only could not be read`,
    },
  ];
}

function siteOf(scene: Scene, object: KubernetesObject): Site | undefined {
  switch (object.kind) {
    case "Kustomization":
      return site(object, ["spec", "sourceRef"], "flux_source");
    case "HelmRelease":
      return textAt(object, "spec", "chartRef", "name") === undefined
        ? site(object, ["spec", "chart", "spec", "sourceRef"], "helm_source")
        : site(object, ["spec", "chartRef"], "helm_source");
    case "HelmChart": {
      // helm-controller makes the chart object; what can be changed in git is the release it belongs to.
      const release = releaseOf(scene, object);
      return release === undefined ? site(object, ["spec", "sourceRef"], "helm_source") : siteOf(scene, release);
    }
    default:
      return undefined;
  }
}

function site(owner: KubernetesObject, path: readonly string[], category: Category): Site | undefined {
  const kind = textAt(owner, ...path, "kind");
  const name = textAt(owner, ...path, "name");
  if (kind === undefined || name === undefined) return undefined;
  const namespace = textAt(owner, ...path, "namespace") ?? owner.metadata.namespace ?? null;
  return { owner, path, category, source: { apiVersion: `${GROUP}/v1`, kind, namespace, name } };
}

function releaseOf(scene: Scene, chart: KubernetesObject): KubernetesObject | undefined {
  return scene.lookup
    .all("helm.toolkit.fluxcd.io/HelmRelease")
    .find((release) => `${release.metadata.namespace}-${release.metadata.name}` === chart.metadata.name);
}

type Search = { readonly site: Site; readonly namespace: string; readonly introduced: Commit | undefined };

function resolutionOf(scene: Scene, { site: { owner, source, path }, namespace, introduced }: Search): Resolution {
  const candidates = namesIn(scene.lookup, `${GROUP}/${source.kind}`, namespace);
  const named = { kind: source.kind, name: source.name, by: owner.metadata.name, candidates, introduced };
  const inOwn = resolveName(scene.history, named);
  const beside = owner.kind === "HelmRelease" ? sourceBeside(scene, owner, source) : undefined;
  if (beside !== undefined) return { is: "follow", to: beside, basis: "beside", commit: inOwn.commit };
  // A chartRef leads to what each namespace has for itself: another one's was not meant.
  const byName = path.includes("chartRef") ? inOwn : inOtherNamespace(scene, source, inOwn);
  if (byName.is === "follow") return byName;
  const commented = sourceByComment(scene, owner, { kind: source.kind, namespace });
  if (commented !== undefined) return { is: "follow", to: commented, basis: "comment", commit: null };
  const own = source.kind === "GitRepository" ? ownSource(scene, owner) : undefined;
  if (own === undefined || scene.lookup.get({ ...source, ...own }) === undefined) return byName;
  return { is: "follow", to: own.name, namespace: own.namespace, basis: "own-folder", commit: byName.commit };
}

/** Renovate's comment beside a chart names the chart repository's address: exactly one HelmRepository may have it. */
function sourceByComment(
  scene: Scene,
  owner: KubernetesObject,
  wanted: { kind: string; namespace: string },
): string | undefined {
  const origin = scene.manifests.findObject(refOf(owner))[0]?.rendered.origin;
  const bytes = origin === undefined ? undefined : scene.manifests.tree.read(origin.file);
  if (origin === undefined || bytes === undefined) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(origin.start, origin.end));
  const url = /#\s*renovate:.*registryUrl=(\S+)/.exec(text)?.[1];
  if (url === undefined) return undefined;
  const same = scene.lookup
    .all(`${GROUP}/${wanted.kind}`)
    .filter((object) => (object.metadata.namespace ?? "") === wanted.namespace)
    .filter((object) => plainUrl(textAt(object, "spec", "url") ?? "") === plainUrl(url));
  return same.length === 1 ? same[0]?.metadata.name : undefined;
}

function plainUrl(url: string): string {
  return url.replace(/\/+$/, "").toLowerCase();
}

function adviceOn(scene: Scene, site: Site, root: ObjectRef, resolution: Resolution): Advice {
  const { path, source } = site;
  const intents: Intent[] = [];
  if (resolution.is === "follow") {
    const fields = fieldsFor(site, resolution.to, resolution.namespace);
    intents.push({ kind: "set-flux", object: root, fields, basis: basisText(resolution, refText(source)) });
  }
  const change = scene.changes(root).find((field) => field.path.join(".") === [...path, "name"].join("."));
  // A source that was taken away was no slip of whoever named it.
  if (resolution.commit === null && change !== undefined && typeof change.from === "string") {
    const before = { ...source, name: change.from };
    if (isThere(scene, before)) {
      intents.push(...restoreFields(root, [change], change.commit));
    }
  }
  if (intents.length === 0) {
    const why =
      resolution.is === "remove"
        ? `${commitText(culpritOf(resolution.commit))} removed it`
        : resolution.is === "unclear"
          ? resolution.because
          : "";
    return {
      is: "person",
      because: `Say which ${source.kind} ${refText(root)} should use instead of ${source.name}, or add it: ${why}.`,
    };
  }
  const because =
    resolution.is === "follow" ? basisText(resolution, refText(source)) : "the source it named before is still there";
  return { is: "change", intents, because };
}

function fieldsFor({ owner, path, source }: Site, name: string, namespace = source.namespace): IntentField[] {
  const said = textAt(owner, ...path, "namespace");
  const renamed: IntentField = { path: [...path, "name"], from: source.name, to: name };
  const moved: IntentField = {
    path: [...path, "namespace"],
    ...(said === undefined ? {} : { from: said }),
    to: namespace,
  };
  return [...(name === source.name ? [] : [renamed]), ...(namespace === source.namespace ? [] : [moved])];
}

// Where nobody read the sources of a kind, what git makes is taken for there.
function isThere({ lookup, manifests }: Scene, source: ObjectRef): boolean {
  const isRead = lookup.isListed(kindKey(source), source.namespace);
  return lookup.get(source) !== undefined || (!isRead && manifests.findObject(source).length > 0);
}
