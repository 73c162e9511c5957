import { describe, expect, test } from "vitest";
import type { Intent } from "../../src/diagnosis/intent.ts";
import type { World } from "../../src/evidence/world.ts";
import { editDocument } from "../../src/manifest/edit/document.ts";
import { type Made, makePatch } from "../../src/patch/make.ts";
import type { Json, KubernetesObject } from "../../src/signal/object.ts";
import { flux } from "../manifest/flux/fleet.ts";
import { commitTo, SHOP, shop, WEB } from "./shop.ts";

const CONTAINER = ["spec", "template", "spec", "containers", "[name=web]"];
const MEMORY = [...CONTAINER, "resources", "limits", "memory"];

type Changed = Readonly<Record<string, string | null>>;

const restored = (changed: Changed, path: (string | number)[], from: Json, to: Json, object = WEB): Made =>
  makePatch({
    manifests: shop(changed),
    intent: { kind: "restore-fields", object, fields: [{ path, from, to }], commit: "c0ffee" },
    commit: commitTo(changed),
    world: null,
  });

const asked = (intent: Intent, changed: Changed = {}, world: World | null = null): Made =>
  makePatch({ manifests: shop(changed), intent, commit: null, world });

/** The files of a patch as text; the refusal's code where there is none. */
function filesOf(made: Made): unknown {
  if (!made.ok) return made.refusal.code;
  return Object.fromEntries(
    [...made.patch.files].map(([path, bytes]) => [path, bytes === null ? null : Buffer.from(bytes).toString()]),
  );
}

function because(made: Made): string {
  return made.ok ? made.patch.proof.because : made.refusal.message;
}

const changedFile = (path: string, from: string, to: string): { readonly [path: string]: string } => ({
  [path]: (SHOP[path] ?? "").replace(from, to),
});

describe("what a commit changed is undone where it changed it", () => {
  test("a tag of an images entry, in one cluster", () => {
    const broken = changedFile("apps/prod/kustomization.yaml", "1.4.2", "1.5.0");
    const made = restored(broken, [...CONTAINER, "image"], "shop/web:1.5.0", "shop/web:1.4.2");
    expect(filesOf(made)).toEqual({ "apps/prod/kustomization.yaml": SHOP["apps/prod/kustomization.yaml"] });
    expect(made.ok && made.patch).toMatchObject({
      edits: [{ file: "apps/prod/kustomization.yaml", line: 6, column: 15, before: "5.0", after: "4.2" }],
      operations: [
        {
          document: 0,
          rfc6902: [
            { op: "test", path: "/images/0/newTag", value: "1.5.0" },
            { op: "replace", path: "/images/0/newTag", value: "1.4.2" },
          ],
        },
      ],
      proof: {
        proven: true,
        rendered: [{ kustomization: "flux-system/apps", changed: [{ object: WEB, path: [...CONTAINER, "image"] }] }],
      },
    });
  });

  test("F16: a limit in a shared base, its comment too, and both clusters are shown", () => {
    const broken = changedFile("apps/base/web.yaml", "384Mi # nine days without a kill", "64Mi");
    const made = restored(broken, MEMORY, "64Mi", "384Mi");
    expect(filesOf(made)).toEqual({ "apps/base/web.yaml": SHOP["apps/base/web.yaml"] });
    expect(because(made)).toContain("in flux-system/apps and clusters/staging:flux-system/apps");
  });

  test("only the field, where the commit changed more", () => {
    const file = "apps/base/web.yaml";
    const broken = {
      [file]: (SHOP[file] ?? "")
        .replace("384Mi # nine days without a kill", "64Mi")
        .replace("replicas: 2", "replicas: 3"),
    };
    const made = restored(broken, MEMORY, "64Mi", "384Mi");
    expect(filesOf(made)).toEqual({ [file]: (SHOP[file] ?? "").replace("replicas: 2", "replicas: 3") });
  });

  test("only where the field was set over, though the commit changed the file beneath it elsewhere", () => {
    const base = changedFile("apps/base/web.yaml", "replicas: 2", "replicas: 3");
    const file = "apps/prod/kustomization.yaml";
    const over = `      - op: replace\n        path: /spec/template/spec/containers/0/resources/limits/memory\n        value: 64Mi\n`;
    const made = restored({ ...base, [file]: `${SHOP[file]}${over}` }, MEMORY, "64Mi", "384Mi");
    expect(filesOf(made)).toEqual({ [file]: SHOP[file] });
  });

  test("a generator's literal: the new name and what refers to it follow", () => {
    const broken = changedFile("apps/prod/kustomization.yaml", "page=48", "page=x");
    const settings = shop(broken).render("flux-system/apps");
    const name = settings.ok
      ? (settings.objects.find(({ object }) => object.kind === "ConfigMap")?.object.metadata.name ?? "")
      : "";
    const object = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name };
    const made = restored(broken, ["data", "page"], "x", "48", object);
    expect(filesOf(made)).toEqual({ "apps/prod/kustomization.yaml": SHOP["apps/prod/kustomization.yaml"] });
    const changed = made.ok ? made.patch.proof.rendered.flatMap((rendered) => rendered.changed) : [];
    const follows = changed.filter(({ followsFrom }) => followsFrom !== undefined).map(({ path }) => path.at(-1));
    expect(follows.toSorted()).toEqual(["name", "name"]);
  });

  test("a key of a variable's carrier, seen where the variable is used", () => {
    const broken = changedFile("clusters/prod/vars.yaml", "level: info", "level: trace");
    const made = restored(broken, [...CONTAINER, "env", "[name=LEVEL]", "value"], "trace", "info");
    expect(filesOf(made)).toEqual({ "clusters/prod/vars.yaml": SHOP["clusters/prod/vars.yaml"] });
  });

  test("a field that a commit took away comes back where it stood", () => {
    const broken = changedFile("apps/base/service.yaml", "      port: 80\n", "      port: 80\n");
    const without = { "apps/base/web.yaml": (SHOP["apps/base/web.yaml"] ?? "").replace("  replicas: 2\n", "") };
    const made = makePatch({
      manifests: shop({ ...broken, ...without }),
      intent: {
        kind: "restore-fields",
        object: WEB,
        fields: [{ path: ["spec", "replicas"], to: 2 }],
        commit: "c0ffee",
      },
      commit: commitTo(without),
      world: null,
    });
    expect(filesOf(made)).toEqual({ "apps/base/web.yaml": SHOP["apps/base/web.yaml"] });
  });

  describe("F18: lines that took a field away in an overlay", () => {
    const file = "apps/prod/kustomization.yaml";
    const away = `${SHOP[file]}      - op: remove\n        path: /spec/template/spec/containers/0/resources/limits\n`;
    const brought = (broken: Changed): Made =>
      makePatch({
        manifests: shop(broken),
        intent: {
          kind: "restore-fields",
          object: WEB,
          fields: [{ path: [...CONTAINER, "resources", "limits"], to: { memory: "384Mi" } }],
          commit: "c0ffee",
        },
        commit: commitTo(broken),
        world: null,
      });

    test("go, where the commit did nothing else", () => {
      expect(filesOf(brought({ [file]: away }))).toEqual({ [file]: SHOP[file] });
    });

    test("do not take with them what the commit did to other objects", () => {
      const made = brought({ [file]: away.replace("mode=fast", "mode=slow") });
      expect(filesOf(made)).not.toEqual({ [file]: SHOP[file] });
      const service = "apps/base/service.yaml";
      const both = brought({ [file]: away, ...changedFile(service, "port: 80", "port: 81") });
      expect(Object.keys(filesOf(both) as object)).not.toContain(service);
    });
  });

  test("an object that went with its entry comes back with it", () => {
    const gone = { "apps/base/service.yaml": null, "apps/base/kustomization.yaml": "resources:\n  - web.yaml\n" };
    const object = { apiVersion: "v1", kind: "Service", namespace: "shop", name: "web" };
    const intent: Intent = { kind: "restore-object", object, commit: "c0ffee" };
    const made = makePatch({ manifests: shop(gone), intent, commit: commitTo(gone), world: null });
    expect(filesOf(made)).toEqual({
      "apps/base/service.yaml": SHOP["apps/base/service.yaml"],
      "apps/base/kustomization.yaml": SHOP["apps/base/kustomization.yaml"],
    });
  });

  test("a file that is no YAML any more is as it was, and everything builds again", () => {
    const broken = changedFile("apps/base/web.yaml", "  replicas: 2", " replicas: 2");
    const intent: Intent = { kind: "restore-files", files: ["apps/base/web.yaml"], commit: "c0ffee" };
    const made = makePatch({ manifests: shop(broken), intent, commit: commitTo(broken), world: null });
    expect(filesOf(made)).toEqual({ "apps/base/web.yaml": SHOP["apps/base/web.yaml"] });
    expect(because(made)).toContain("flux-system/apps and clusters/staging:flux-system/apps build again");
  });

  const PROD = "apps/prod/kustomization.yaml";
  const released = (from: string, to: string) => {
    const files = changedFile(PROD, from, to);
    return { ...files, [PROD]: String(files[PROD]).replace("newTag: 1.4.2", "newTag: 1.4.3") };
  };

  test("of two places only the one that keeps it from building is taken back", () => {
    const broken = released("  - ../base\n", "  - ../base\n  - extra.yaml\n");
    const intent: Intent = { kind: "restore-files", files: [PROD], commit: "c0ffee" };
    const made = makePatch({ manifests: shop(broken), intent, commit: commitTo(broken), world: null });
    expect(filesOf(made)).toEqual({ [PROD]: String(broken[PROD]).replace("  - extra.yaml\n", "") });
  });

  test("of two places only the one that has the wrong word is taken back", () => {
    const broken = released("namespace: shop\n", "namespace: shpo\n");
    const intent: Intent = { kind: "restore-files", files: [PROD], commit: "c0ffee", naming: "shpo" };
    const made = makePatch({ manifests: shop(broken), intent, commit: commitTo(broken), world: null });
    expect(filesOf(made)).toEqual({ [PROD]: String(broken[PROD]).replace("shpo", "shop") });
  });

  test("a list is not taken back alone where what it named would be pruned", () => {
    const moved = {
      "apps/base/service.yaml": null,
      "apps/base/kustomization.yaml": "resources:\n  - web.yaml\n",
      "apps/prod/service.yaml": SHOP["apps/base/service.yaml"] ?? "",
      ...changedFile(PROD, "  - ../base\n", "  - ../base\n  - service.yaml\n  - gone.yaml\n"),
    };
    const intent: Intent = { kind: "restore-files", files: [PROD], commit: "c0ffee" };
    const made = makePatch({ manifests: shop(moved), intent, commit: commitTo(moved), world: null });
    expect(because(made)).toContain("Flux would prune Service/");
  });

  test("lines that were changed again since are left to a person", () => {
    const commit = commitTo(changedFile("apps/base/web.yaml", "384Mi # nine days without a kill", "64Mi"));
    const now = changedFile("apps/base/web.yaml", "memory: 384Mi # nine days without a kill", "memory: &m 96Mi");
    const intent: Intent = {
      kind: "restore-fields",
      object: WEB,
      fields: [{ path: MEMORY, from: "64Mi", to: "384Mi" }],
      commit: "c0ffee",
    };
    expect(filesOf(makePatch({ manifests: shop(now), intent, commit, world: null }))).toBe("STALE");
  });
});

describe("F16: what undoes nothing reaches one cluster only", () => {
  const set = (path: (string | number)[], from: Json | undefined, to: Json): Intent => ({
    kind: "set-resources",
    object: WEB,
    fields: [{ path, ...(from === undefined ? {} : { from }), to }],
    basis: "a test",
  });

  test("the overlay's own entry is changed", () => {
    const made = asked(set([...CONTAINER, "image"], "shop/web:1.4.2", "shop/web:1.4.3"));
    expect(filesOf(made)).toEqual(changedFile("apps/prod/kustomization.yaml", "1.4.2", "1.4.3"));
  });

  test("a value within an inline patch is changed there", () => {
    const inline = changedFile("apps/prod/kustomization.yaml", '"${level}"', "loud");
    const made = asked(set([...CONTAINER, "env", "[name=LEVEL]", "value"], "loud", "calm"), inline);
    expect(filesOf(made)).toEqual(changedFile("apps/prod/kustomization.yaml", '"${level}"', "calm"));
  });

  test("a variable that nothing else uses is changed where its value stands", () => {
    const made = asked(set([...CONTAINER, "env", "[name=LEVEL]", "value"], "info", "warn"));
    expect(filesOf(made)).toEqual(changedFile("clusters/prod/vars.yaml", "level: info", "level: warn"));
  });

  test("what a shared base says is patched in the overlay", () => {
    const made = asked(set(MEMORY, "384Mi", "512Mi"));
    expect(filesOf(made)).toEqual({
      "apps/prod/kustomization.yaml": `${SHOP["apps/prod/kustomization.yaml"]}  - target:
      kind: Deployment
      name: web
    patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: web
      spec:
        template:
          spec:
            containers:
              - name: web
                resources:
                  limits:
                    memory: 512Mi
`,
    });
    expect(made.ok && made.patch.proof.rendered.map(({ kustomization }) => kustomization)).toEqual([
      "flux-system/apps",
    ]);
  });

  test("an argument of a shared base is left alone: a patch would hold the whole list for ever", () => {
    const args = changedFile("apps/base/web.yaml", "          env:\n", "          args: [--page=48]\n          env:\n");
    const made = asked(set([...CONTAINER, "args", 0], "--page=48", "--page=24"), args);
    expect(filesOf(made)).toBe("REACHES_FURTHER");
  });

  test("a field that is nowhere yet is added in the overlay", () => {
    const made = asked(set([...CONTAINER, "resources", "requests"], undefined, { cpu: "50m" }));
    expect(Object.keys(filesOf(made) as object)).toEqual(["apps/prod/kustomization.yaml"]);
  });
});

describe("entries of kustomization files", () => {
  const repair = (path: (string | number)[], from: Json, to?: Json): Intent => ({
    kind: "repair-entries",
    entries: [{ file: "apps/base/kustomization.yaml", document: 0, path, from, ...(to === undefined ? {} : { to }) }],
    basis: "a test",
  });
  const dangling = {
    "apps/base/kustomization.yaml": "resources:\n  - web.yaml\n  - service.yaml # http\n  - servce.yaml\n",
  };

  test("one that names what is not there goes", () => {
    const made = asked(repair(["resources", 2], "servce.yaml"), dangling);
    expect(filesOf(made)).toEqual({
      "apps/base/kustomization.yaml": "resources:\n  - web.yaml\n  - service.yaml # http\n",
    });
    expect(because(made)).toContain("build again");
  });

  test("one that still would not build is refused", () => {
    const made = asked(repair(["resources", 2], "servce.yaml", "srvice.yaml"), dangling);
    expect(filesOf(made)).toBe("UNPROVEN");
    expect(because(made)).toContain("still would not build");
  });
});

describe("what may not be changed in git is refused", () => {
  const replicas: Intent = {
    kind: "set-scheduling",
    object: WEB,
    fields: [{ path: ["spec", "replicas"], from: 2, to: 3 }],
    basis: "a test",
  };
  const world = (...objects: KubernetesObject[]): World => ({
    now: new Date("2026-11-20T10:00:00Z"),
    objects,
    listed: new Set(),
    logs: new Map(),
    unknown: [],
  });

  test("a field that JSON Patch may not name", () => {
    const file = "apps/base/service.yaml";
    const path = ["metadata", "annotations", "__proto__"];
    const broken = changedFile(file, "  name: web\n", "  name: web\n  annotations:\n    __proto__: b\n");
    const object = { apiVersion: "v1", kind: "Service", namespace: "shop", name: "web" };
    expect(filesOf(restored(broken, path, "b", "a", object))).toBe("FORBIDDEN_KEY");
  });

  test("F11: replicas that an autoscaler sets", () => {
    const scaler = {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "web", namespace: "shop" },
      spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } },
    };
    const made = asked(replicas, {}, world(scaler));
    expect(filesOf(made)).toBe("OWNED");
    expect(because(made)).toContain("HorizontalPodAutoscaler/shop/web");
  });

  test("F11: requests that a VerticalPodAutoscaler sets, and not those that it only recommends", () => {
    const path = [...CONTAINER, "resources", "requests", "cpu"];
    const scaler = (updateMode: string) => ({
      apiVersion: "autoscaling.k8s.io/v1",
      kind: "VerticalPodAutoscaler",
      metadata: { name: "web", namespace: "shop" },
      spec: { targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, updatePolicy: { updateMode } },
    });
    const made = (mode: string): Made =>
      asked({ ...replicas, fields: [{ path, to: "100m" }] }, {}, world(scaler(mode)));
    expect(filesOf(made("Auto"))).toBe("OWNED");
    expect(because(made("Auto"))).toContain("VerticalPodAutoscaler/shop/web");
    expect(filesOf(made("Off"))).not.toBe("OWNED");
  });

  test("F11: a field that another manager alone sets", () => {
    const managed = (manager: string): KubernetesObject => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: {
        name: "web",
        namespace: "shop",
        managedFields: [{ manager, operation: "Apply", fieldsV1: { "f:spec": { "f:replicas": {} } } }],
      },
    });
    expect(filesOf(asked(replicas, {}, world(managed("custom-scaler"))))).toBe("OWNED");
    expect(filesOf(asked(replicas, {}, world(managed("kustomize-controller"))))).not.toBe("OWNED");
  });

  test("F13, F28: a file that .gitattributes calls generated, and one that .sops.yaml singles out", () => {
    const intent = (changed: Changed): Made =>
      asked(
        { ...replicas, fields: [{ path: [...CONTAINER, "image"], from: "shop/web:1.4.2", to: "shop/web:1" }] },
        changed,
      );
    expect(filesOf(intent({ ".gitattributes": "apps/prod/** linguist-generated=true\n" }))).toBe("GENERATED");
    expect(filesOf(intent({ ".sops.yaml": "creation_rules:\n  - path_regex: apps/.*\n" }))).not.toBe("SOPS");
  });

  test("an images entry that two workloads share, where one was meant", () => {
    const second = (SHOP["apps/base/web.yaml"] ?? "").replaceAll("name: web", "name: job");
    const shared = {
      "apps/base/job.yaml": second,
      "apps/base/kustomization.yaml": "resources: [web.yaml, service.yaml, job.yaml]\n",
    };
    const made = asked(
      { ...replicas, fields: [{ path: [...CONTAINER, "image"], from: "shop/web:1.4.2", to: "shop/web:1.4.3" }] },
      shared,
    );
    expect(filesOf(made)).toBe("REACHES_FURTHER");
    expect(because(made)).toContain("Deployment/shop/job would change in flux-system/apps too, which is not meant");
  });
});

test("the edits of a patch are those of the edited document", () => {
  const made = asked({
    kind: "set-image",
    object: WEB,
    fields: [{ path: [...CONTAINER, "image"], from: "shop/web:1.4.2", to: "shop/web:1.4.3" }],
    basis: "a test",
  });
  const bytes = new TextEncoder().encode(SHOP["apps/prod/kustomization.yaml"]);
  const edited = editDocument(bytes, "apps/prod/kustomization.yaml", 0, [
    { do: "set", path: ["images", 0, "newTag"], from: "1.4.2", to: "1.4.3" },
  ]);
  expect(made.ok && edited.ok && made.patch.edits).toEqual(edited.ok && edited.edits);
});

test("what did not build before and still does not, for the same reason, keeps nobody from mending the other", () => {
  const file = "clusters/prod/tools.yaml";
  const two = (path: string): string => `${flux("tools", path)}---\n${flux("others", "./nowhere")}`;
  const object = {
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    namespace: "flux-system",
    name: "tools",
  };
  const fields = [{ path: ["spec", "path"], from: "./tool", to: "./tools" }];
  const made = asked(
    { kind: "set-flux", object, fields, basis: "the repository" },
    { [file]: two("./tool"), "tools/namespace.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: tools}\n" },
  );
  expect(filesOf(made)).toEqual({ [file]: two("./tools") });
});
