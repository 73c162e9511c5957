import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { blame, contains, openCheckout } from "../../src/adapters/git.ts";
import { readHistory } from "../../src/adapters/git-history.ts";
import { treeOfCommit } from "../../src/adapters/git-tree.ts";
import type { Commit, History } from "../../src/evidence/commit.ts";
import { repositories } from "./repositories.ts";

const { home, run, make: repository, commit, remove } = repositories("git");
afterAll(remove);

function commitsOf(history: History): readonly Commit[] {
  if (!history.known) throw new Error(history.because);
  return history.commits;
}

const text = (bytes: Uint8Array | null | undefined): string | null | undefined =>
  bytes && new TextDecoder().decode(bytes);

const told = (history: History) =>
  commitsOf(history).map(({ subject, files }) => ({
    subject,
    files: files.map(({ path, before, after }) => [path, text(before), text(after)]),
  }));

describe("a git checkout", () => {
  test("tells what each commit changed, newest first", async () => {
    const folder = repository("story");
    commit(folder, "Add the shop", { "apps/shop.yaml": "image: shop:1\n", 'notes "über".md': "n\n" });
    commit(folder, "Raise the image", { "apps/shop.yaml": "image: shop:2\n" });
    const head = commit(folder, "Drop the notes: all", { 'notes "über".md': null });
    const checkout = await openCheckout(folder);
    expect(checkout.revision).toBe(head);
    expect(told(checkout.history)).toEqual([
      { subject: "Drop the notes: all", files: [['notes "über".md', "n\n", null]] },
      { subject: "Raise the image", files: [["apps/shop.yaml", "image: shop:1\n", "image: shop:2\n"]] },
      {
        subject: "Add the shop",
        files: [
          ["apps/shop.yaml", null, "image: shop:1\n"],
          ['notes "über".md', null, "n\n"],
        ],
      },
    ]);
    expect(checkout.history).toMatchObject({ known: true, head, truncated: false });
    expect(commitsOf(checkout.history)[0]).toMatchObject({ hash: head, author: "Ada", at: "2026-01-02T00:00:00Z" });
  });

  test("shows the files as they stand, changes not committed included", async () => {
    const folder = repository("dirty");
    commit(folder, "Add", { "a.yaml": "a: 1\n" });
    writeFileSync(join(folder, "a.yaml"), "a: 2\n");
    expect(text((await openCheckout(folder)).tree.read("a.yaml"))).toBe("a: 2\n");
  });

  test("does not see what git ignores, unless it is committed", async () => {
    const folder = repository("ignoring");
    commit(folder, "Add", { "a.yaml": "a: 1\n", "build/kept.yaml": "kept: 1\n" });
    commit(folder, "Ignore what is built", { ".gitignore": "build/\n*.tmp\n" });
    mkdirSync(join(folder, "apps/build/deep"), { recursive: true });
    for (const path of ["build/new.yaml", "apps/build/deep/b.yaml", "apps/c.tmp", "apps/d.yaml"])
      writeFileSync(join(folder, path), "x: 1\n");
    const { tree } = await openCheckout(folder);
    const shown = [
      "a.yaml",
      "build/kept.yaml",
      "build/new.yaml",
      "apps/build/deep/b.yaml",
      "apps/c.tmp",
      "apps/d.yaml",
    ];
    expect(shown.filter((path) => tree.read(path) !== undefined)).toEqual(["a.yaml", "build/kept.yaml", "apps/d.yaml"]);
    expect(tree.list("apps")).toEqual([{ name: "d.yaml", type: "file" }]);
  });

  test("a merge is what it brought to the branch, and the branch's own commits are left out", async () => {
    const folder = repository("merge");
    commit(folder, "Add", { "a.yaml": "a: 1\n" });
    run(folder, "switch", "-q", "-c", "work");
    commit(folder, "Work", { "b.yaml": "b: 1\n" });
    run(folder, "switch", "-q", "main");
    commit(folder, "Meanwhile", { "a.yaml": "a: 2\n" });
    run(folder, "merge", "-q", "--no-ff", "-m", "Merge work", "work");
    expect(told((await openCheckout(folder)).history).map(({ subject, files }) => [subject, files.length])).toEqual([
      ["Merge work", 1],
      ["Meanwhile", 1],
      ["Add", 1],
    ]);
  });

  test("names binary, large and linked files without reading them", async () => {
    const folder = repository("binary");
    symlinkSync("logo.png", join(folder, "link"));
    const head = commit(folder, "Add", {
      "logo.png": new Uint8Array([1, 0, 2]),
      "crds.yaml": "x".repeat(200),
      "a.yaml": "a: 1\n",
    });
    const history = await readHistory(folder, head, { commits: 9, bytes: 9999, fileBytes: 100 });
    expect(commitsOf(history)[0]?.files.map(({ path }) => path)).toEqual(["a.yaml"]);
    expect(commitsOf(history)[0]?.unread).toEqual(["crds.yaml", "link", "logo.png"]);
  });

  test("looks back only so far, and says so", async () => {
    const folder = repository("long");
    let head = "";
    for (const n of [1, 2, 3, 4]) head = commit(folder, `Say ${n}`, { "a.yaml": `${n}`.repeat(10) });
    const limits = { commits: 2, bytes: 9999, fileBytes: 9999 };
    const byCount = await readHistory(folder, head, limits);
    expect(told(byCount).map(({ subject }) => subject)).toEqual(["Say 4", "Say 3"]);
    expect(byCount).toMatchObject({ truncated: true });
    const bySize = await readHistory(folder, head, { ...limits, commits: 9, bytes: 50 });
    expect(told(bySize).map(({ subject }) => subject)).toEqual(["Say 4", "Say 3"]);
    expect(bySize).toMatchObject({ truncated: true });
    expect(await readHistory(folder, head, { ...limits, commits: 4 })).toMatchObject({ truncated: false });
  });

  test("does not take the edge of a shallow clone for the commit that made every file", async () => {
    const folder = repository("deep");
    for (const n of [1, 2, 3]) commit(folder, `Say ${n}`, { [`${n}.yaml`]: "x" });
    run(home, "clone", "-q", "--depth", "2", `file://${folder}`, "shallow");
    const { history } = await openCheckout(join(home, "shallow"));
    expect(told(history)).toEqual([{ subject: "Say 3", files: [["3.yaml", null, "x"]] }]);
    expect(history).toMatchObject({ truncated: true });
  });

  test("a folder without git, a part of a checkout and one without commits have no history, and say why", async () => {
    const folder = repository("whole");
    const reasons = [];
    mkdirSync(join(home, "ungit"));
    reasons.push(await openCheckout(folder), await openCheckout(join(home, "ungit")));
    commit(folder, "Add", { "part/a.yaml": "a: 1\n" });
    reasons.push(await openCheckout(join(folder, "part")));
    expect(reasons.map(({ revision }) => revision)).toEqual([null, null, null]);
    expect(reasons.map(({ history }) => (history.known ? "" : history.because))).toEqual([
      "The git checkout has no commit yet.",
      "The folder is not a git checkout, so no commit can be found.",
      expect.stringContaining("is only a part of the git checkout at"),
    ]);
  });

  test("a repository without files is refused, not taken for an empty folder", async () => {
    run(home, "init", "-q", "--bare", "bare");
    await expect(openCheckout(join(home, "bare"))).rejects.toThrow(/git repository without files .* Clone it/);
  });

  test("runs nothing that the repository brings", async () => {
    const folder = repository("hostile");
    commit(folder, "Add", { "a.yaml": "a: 1\n", ".gitattributes": "* diff=evil filter=evil textconv=evil\n" });
    const trap = join(home, "sprung");
    for (const [name, value] of Object.entries({
      "core.fsmonitor": `touch ${trap}`,
      "core.pager": `touch ${trap}`,
      "diff.external": `touch ${trap}`,
      "diff.evil.textconv": `touch ${trap};cat`,
      "filter.evil.smudge": `touch ${trap};cat`,
      "gpg.program": `touch ${trap}`,
      "log.showSignature": "true",
    }))
      run(folder, "config", name, value);
    await openCheckout(folder);
    await blame(folder, "a.yaml", 1);
    expect(() => execFileSync("ls", [trap], { stdio: "ignore" })).toThrow();
  });
});

describe("asking git", () => {
  const folder = repository("asking");
  const first = commit(folder, "Add both", { "a.yaml": "one\ntwo\n" });
  const second = commit(folder, "Change two", { "a.yaml": "one\n2\n" });

  test("who last changed a line", async () => {
    expect(await blame(folder, "a.yaml", 1)).toEqual({
      commit: first,
      author: "Ada",
      at: "2026-01-02T00:00:00Z",
      subject: "Add both",
    });
    expect(await blame(folder, "a.yaml", 2)).toMatchObject({ commit: second });
    expect(await blame(folder, "a.yaml", 9)).toBeUndefined();
    expect(await blame(folder, "--help", 1)).toBeUndefined();
  });

  test("whether a revision contains a commit", async () => {
    expect(await contains(folder, second, first)).toBe(true);
    expect(await contains(folder, first, first)).toBe(true);
    expect(await contains(folder, first, second)).toBe(false);
    expect(await contains(folder, "0".repeat(40), first)).toBe(false);
    expect(await contains(folder, "--all", first)).toBe(false);
  });
});

test("a commit's tree ends at submodules and at links that lead out of it", async () => {
  const folder = repository("linked");
  symlinkSync("../../etc/passwd", join(folder, "out"));
  symlinkSync("a.yaml", join(folder, "in"));
  const head = commit(folder, "Add", { "a.yaml": "a: 1\n" });
  run(folder, "update-index", "--add", "--cacheinfo", `160000,${head},charts`);
  run(folder, "commit", "-q", "-m", "Add a submodule");
  const tree = await treeOfCommit(folder, "HEAD");
  expect(tree.list("charts")).toBeUndefined();
  expect([tree.read("charts/x.yaml"), tree.read("out")]).toEqual([undefined, undefined]);
  expect(text(tree.read("in"))).toBe("a: 1\n");
});
