import { describe, expect, test } from "vitest";
import { undoCommit, undoFields } from "../../src/patch/undo.ts";
import { commitTo, SHOP, shop, WEB } from "./shop.ts";

const BASE = "apps/base/web.yaml";
const PROD = "apps/prod/kustomization.yaml";
const CONTAINER = ["spec", "template", "spec", "containers", "[name=web]"];

type Changed = Readonly<Record<string, string | null>>;

function textsOf(files: ReadonlyMap<string, Uint8Array | null>): Changed {
  return Object.fromEntries([...files].map(([path, bytes]) => [path, bytes && Buffer.from(bytes).toString()]));
}

/** What taking the whole commit back makes of its files, which are other by now where `since` says so. */
function undone(commit: Changed, since: Changed = {}): Changed {
  return textsOf(undoCommit(shop({ ...commit, ...since }), commitTo(commit)).files);
}

const edited = (path: string, from: string, to: string): Changed => ({ [path]: (SHOP[path] ?? "").replace(from, to) });

describe("of a commit is taken back what nobody has touched since", () => {
  test("a file that it made goes; not where somebody wrote in it", () => {
    const made = { "apps/base/notes.yaml": "a: 1\n" };
    expect(undone(made)).toEqual({ "apps/base/notes.yaml": null });
    expect(undone(made, { "apps/base/notes.yaml": "a: 2\n" })).toEqual({});
    expect(undone(made, { "apps/base/notes.yaml": null })).toEqual({});
  });

  test("a file that it removed comes back; not where there is another by now", () => {
    const removed = { [BASE]: null };
    expect(undone(removed)).toEqual({ [BASE]: SHOP[BASE] });
    expect(undone(removed, { [BASE]: "a: 2\n" })).toEqual({});
  });

  test("lines come back beside those that were changed since; not where they are the same, or the file is gone", () => {
    const scaled = edited(BASE, "replicas: 2", "replicas: 3");
    const since = String(scaled[BASE]).replace("memory: 384Mi", "memory: 512Mi");
    expect(undone(scaled)).toEqual({ [BASE]: SHOP[BASE] });
    expect(undone(scaled, { [BASE]: since })).toEqual({ [BASE]: since.replace("replicas: 3", "replicas: 2") });
    expect(undone(scaled, { [BASE]: String(scaled[BASE]).replace("replicas: 3", "replicas: 4") })).toEqual({});
    expect(undone(scaled, { [BASE]: null })).toEqual({});
  });
});

describe("of what a commit did, only what sets a field is taken back", () => {
  const IMAGE = { object: WEB, path: [...CONTAINER, "image"], from: "shop/web:1.5.0", to: "shop/web:1.4.2" };

  const MEMORY = { object: WEB, path: [...CONTAINER, "resources", "limits", "memory"], from: "64Mi", to: "384Mi" };

  test("not what stands at the same place of another file", () => {
    const released = { ...edited(PROD, "1.4.2", "1.5.0"), ...edited(BASE, "replicas: 2", "replicas: 3") };
    const manifests = shop(released);
    const attempt = undoFields(manifests, undoCommit(manifests, commitTo(released)), [IMAGE], "winning");
    expect(attempt.ok && textsOf(attempt.files)).toEqual({ [PROD]: SHOP[PROD] });
  });

  test("what lies beneath only where that is asked for", () => {
    const renamed = { ...edited(PROD, "1.4.2", "1.5.0"), ...edited(BASE, "image: shop/web", "image: shop/web:2") };
    const manifests = shop(renamed);
    const undoing = undoCommit(manifests, commitTo(renamed));
    const winning = undoFields(manifests, undoing, [IMAGE], "winning");
    expect(winning.ok && Object.keys(textsOf(winning.files))).toEqual([PROD]);
    const all = undoFields(manifests, undoing, [IMAGE], "all");
    expect(all.ok && textsOf(all.files)).toEqual({ [PROD]: SHOP[PROD], [BASE]: SHOP[BASE] });
  });

  test("a file that it made only where the field stands in it", () => {
    const over = `- op: replace\n  path: /spec/template/spec/containers/0/resources/limits/memory\n  value: 64Mi\n`;
    const entry = "  - path: over.yaml\n    target: {kind: Deployment, name: web}\n";
    const commit = { [PROD]: `${SHOP[PROD]}${entry}`, "apps/prod/over.yaml": over, "apps/base/notes.yaml": "a: 1\n" };
    const manifests = shop(commit);
    const attempt = undoFields(manifests, undoCommit(manifests, commitTo(commit)), [MEMORY], "winning");
    expect(attempt.ok && textsOf(attempt.files)).toEqual({ "apps/prod/over.yaml": null });
  });

  test("nothing where the commit set another field: then it is stale", () => {
    const scaled = edited(BASE, "replicas: 2", "replicas: 3");
    const manifests = shop(scaled);
    const attempt = undoFields(manifests, undoCommit(manifests, commitTo(scaled)), [IMAGE], "all");
    expect(attempt).toMatchObject({ ok: false, refusal: { code: "STALE" } });
  });
});
