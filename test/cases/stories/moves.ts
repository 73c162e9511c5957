import { kustomization, stopped } from "../build/flux.ts";
import { configMap } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { type Manifest, type Tree, without } from "../build/tree.ts";
import { SHOP } from "./shop.ts";

const OPENED: Tree = { "clusters/prod/apps.yaml": [kustomization("apps", "./apps")], ...SHOP };
const CACHE = "Kustomization/flux-system/cache";
const WEB = "Kustomization/flux-system/web";
const QUEUE = "Kustomization/flux-system/queue";

const settings = (name: string): readonly Manifest[] => [
  configMap(`${name}-settings`, { level: "info", format: "json", region: "eu", tier: "standard" }, "default"),
];

function teams(cache: string, queue: string, folder: string): Tree {
  return {
    ...OPENED,
    "clusters/prod/cache.yaml": [kustomization("cache", cache)],
    "clusters/prod/queue.yaml": [kustomization("queue", queue)],
    [`${folder}/cache/app/settings.yaml`]: settings("cache"),
    [`${folder}/queue/app/settings.yaml`]: settings("queue"),
  };
}

/** A kustomization file; its name only tells the truth which one is meant. */
function lists(name: string, resources: readonly string[], rest: Readonly<Record<string, string>> = {}): Manifest[] {
  return [
    { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", metadata: { name }, ...rest, resources },
  ];
}

const LIMITS = [configMap("limits", { cpu: "2" }, "default")];
const BANNER = [configMap("banner", { text: "hello" }, "default")];
const NESTED: Tree = {
  ...OPENED,
  "clusters/prod/web.yaml": [kustomization("web", "./teams/web"), kustomization("web-app", "./teams/web/app")],
  "teams/web/kustomization.yaml": lists("web-files", ["limits.yaml"]),
  "teams/web/limits.yaml": LIMITS,
  "teams/web/app/kustomization.yaml": lists("web-app-files", ["settings.yaml", "banner.yaml"]),
  "teams/web/app/settings.yaml": settings("web"),
};

function colours(red: string, blue: string, banner: string): Tree {
  return {
    ...OPENED,
    "clusters/prod/teams.yaml": [kustomization("red", "./teams/red"), kustomization("blue", "./teams/blue")],
    "teams/red/kustomization.yaml": lists("red-files", [red], { namespace: "red" }),
    "teams/blue/kustomization.yaml": lists("blue-files", [blue], { namespace: "blue" }),
    [banner]: [configMap("banner", { text: "hello" }, "default")],
  };
}

/** A web team whose list takes up what all teams share. */
function sharing(way: string): Tree {
  return {
    ...OPENED,
    "clusters/prod/web.yaml": [kustomization("web", "./teams/web/app")],
    "teams/web/app/kustomization.yaml": lists("web-app-files", ["settings.yaml", way]),
    "teams/web/app/settings.yaml": settings("web"),
    "shared/banner/kustomization.yaml": lists("banner-files", ["banner.yaml"]),
    "shared/banner/banner.yaml": BANNER,
  };
}

/** The cache's Kustomization stands beside its new folder, and names the old one. */
const BESIDE: Tree = {
  ...OPENED,
  "clusters/prod/teams.yaml": [kustomization("teams", "./teams")],
  "teams/kustomization.yaml": lists("teams-files", ["data/cache/ks.yaml"]),
  "teams/data/cache/ks.yaml": [kustomization("cache", "./teams/web/cache/app")],
  "teams/data/cache/app/settings.yaml": settings("cache"),
};

/** A new Kustomization that is to be built from a source which nobody made. */
function fromElsewhere(path: string): Tree {
  const sourceRef = { kind: "GitRepository", name: "platform" };
  return {
    ...OPENED,
    "clusters/prod/cache.yaml": [kustomization("cache", path, { sourceRef })],
    "teams/cache/app/settings.yaml": settings("cache"),
  };
}

const UNSOURCED = 'GitRepository.source.toolkit.fluxcd.io "platform" not found';

const unbuilt = (file: string, folder: string): string =>
  `kustomize build failed: accumulating resources: accumulation err='accumulating resources from '${file}': open /tmp/kustomization-1234/${folder}/${file}: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/tmp/kustomization-1234/${folder}/${file}' : lstat /tmp/kustomization-1234/${folder}/${file}: no such file or directory`;

const unfound = (path: string): string =>
  `kustomization path not found: stat /tmp/kustomization-1234/${path}: no such file or directory`;

/** Files and folders that were moved, or are looked for in the wrong place. */
export const MOVES: readonly Story[] = [
  {
    id: "path-moved-among-alike",
    tells: "A commit moved two folders that are much alike, and one Kustomization was forgotten.",
    good: teams("./teams/cache/app", "./teams/queue/app", "teams"),
    bad: teams("./data/cache/app", "./teams/queue/app", "data"),
    cluster: stopped(QUEUE, "ArtifactFailed", unfound("teams/queue/app")),
    git: {
      expected: "propose",
      category: ["flux_path"],
      roots: [QUEUE],
      fields: [field(QUEUE, "spec.path", "./data/queue/app")],
    },
  },
  {
    id: "file-moved-to-another-list",
    tells: "A commit moved a file to the folder above, which lists it; the list below still has it.",
    good: { ...NESTED, "teams/web/app/banner.yaml": BANNER },
    bad: {
      ...NESTED,
      "teams/web/kustomization.yaml": lists("web-files", ["limits.yaml", "banner.yaml"]),
      "teams/web/banner.yaml": BANNER,
    },
    cluster: stopped("Kustomization/flux-system/web-app", "BuildFailed", unbuilt("banner.yaml", "teams/web/app")),
    git: {
      expected: "propose",
      category: ["kustomize_build"],
      roots: ["Kustomization/flux-system/web-app"],
      fields: [field("Kustomization/web-app-files", "resources", ["settings.yaml"])],
    },
  },
  {
    id: "file-moved-and-other-list-followed",
    tells: "Two lists share a file that a commit moved; one of them followed it.",
    good: colours("../base/banner.yaml", "../base/banner.yaml", "teams/base/banner.yaml"),
    bad: colours("../shared/banner.yaml", "../base/banner.yaml", "teams/shared/banner.yaml"),
    cluster: stopped("Kustomization/flux-system/blue", "BuildFailed", unbuilt("../base/banner.yaml", "teams/blue")),
    git: {
      expected: "propose",
      category: ["kustomize_build"],
      roots: ["Kustomization/flux-system/blue"],
      fields: [field("Kustomization/blue-files", "resources", ["../shared/banner.yaml"])],
    },
  },
  {
    id: "path-one-folder-too-many",
    tells: "A new Kustomization's path goes through a folder that is not on the way.",
    good: OPENED,
    bad: {
      ...OPENED,
      "clusters/prod/cache.yaml": [kustomization("cache", "./teams/main/cache/app")],
      "teams/cache/app/settings.yaml": settings("cache"),
    },
    cluster: stopped(CACHE, "ArtifactFailed", unfound("teams/main/cache/app")),
    git: {
      expected: "propose",
      category: ["flux_path"],
      roots: [CACHE],
      fields: [field(CACHE, "spec.path", "./teams/cache/app")],
    },
  },
  {
    id: "path-near-two-folders",
    tells: "A new Kustomization's path leads nowhere, and two folders come equally near.",
    good: OPENED,
    bad: {
      ...OPENED,
      "clusters/prod/cache.yaml": [kustomization("cache", "./teams/main/cache/app")],
      "teams/cache/app/settings.yaml": settings("cache"),
      "teams/test/cache/app/settings.yaml": settings("test-cache"),
    },
    cluster: stopped(CACHE, "ArtifactFailed", unfound("teams/main/cache/app")),
    git: { expected: "issue", category: ["flux_path"], roots: [CACHE] },
  },
  {
    id: "source-copied-from-elsewhere",
    tells: "A new Kustomization names a source that nobody made; its folder is in this repository.",
    good: OPENED,
    bad: fromElsewhere("./teams/cache/app"),
    cluster: stopped(CACHE, "ArtifactFailed", UNSOURCED),
    git: {
      expected: "propose",
      category: ["flux_source"],
      roots: [CACHE],
      fields: [field(CACHE, "spec.sourceRef.name", "flux-system")],
    },
  },
  {
    id: "source-not-made-yet",
    tells: "A new Kustomization names a source that nobody made, and a folder that is not in this repository.",
    good: OPENED,
    bad: fromElsewhere("./charts/cache/app"),
    cluster: stopped(CACHE, "ArtifactFailed", UNSOURCED),
    git: { expected: "issue", category: ["flux_source"], roots: [CACHE] },
  },
  {
    id: "source-of-a-common-folder",
    tells: "A new Kustomization names a source that nobody made, and a folder that any repository may have.",
    good: OPENED,
    bad: { ...fromElsewhere("./deploy"), "deploy/settings.yaml": settings("deploy") },
    cluster: stopped(CACHE, "ArtifactFailed", UNSOURCED),
    git: { expected: "issue", category: ["flux_source"], roots: [CACHE] },
  },
  {
    id: "old-folder-removed-after-the-new-one-was-made",
    tells: "The folder was copied to a new place, and a later commit removed the old one, which is still named.",
    good: { ...BESIDE, "teams/web/cache/app/settings.yaml": settings("cache") },
    bad: BESIDE,
    cluster: stopped(CACHE, "ArtifactFailed", unfound("teams/web/cache/app")),
    git: {
      expected: "propose",
      category: ["flux_path"],
      roots: [CACHE],
      fields: [field(CACHE, "spec.path", "./teams/data/cache/app")],
    },
  },
  {
    id: "way-climbs-too-high",
    tells: "A list takes up a shared folder by a way that climbs one folder too high.",
    good: without(sharing("../../../shared/banner"), "Kustomization/web-app-files"),
    bad: sharing("../../../../shared/banner"),
    cluster: stopped(WEB, "BuildFailed", unbuilt("../../../../shared/banner", "teams/web/app")),
    git: {
      expected: "propose",
      category: ["kustomize_build"],
      roots: [WEB],
      fields: [field("Kustomization/web-app-files", "resources", ["settings.yaml", "../../../shared/banner"])],
    },
  },
  {
    id: "way-fits-two-heights",
    tells:
      "A list takes up a shared folder by a way that climbs too high, and two folders above have one of that name.",
    good: OPENED,
    bad: {
      ...sharing("../../../../shared/banner"),
      "teams/shared/banner/kustomization.yaml": lists("teams-banner-files", ["banner.yaml"]),
      "teams/shared/banner/banner.yaml": BANNER,
    },
    cluster: stopped(WEB, "BuildFailed", unbuilt("../../../../shared/banner", "teams/web/app")),
    git: { expected: "issue", category: ["kustomize_build"], roots: [WEB] },
  },
];
