import type { JsonMap } from "../../../../src/signal/object.ts";
import { moveRef } from "../deeds/refs.ts";
import type { GitEntry, NewEntry, Signature } from "../git.ts";
import { nodeId, repoUrl } from "../shapes/addresses.ts";
import { gitCommitShape } from "../shapes/commits.ts";
import { type Answer, Refusal, type Repo, type RepoCall, stamp, type World } from "../state.ts";

/** Above this many entries GitHub cuts a recursive tree; the stand-in does so sooner, to have it tested. */
const TREE_LIMIT = 2_000;

/** Git's own objects and refs (https://docs.github.com/rest/git). */
export const gitOperations = {
  "git/get-ref": async ({ world, repo, params }: RepoCall): Promise<Answer> => {
    const ref = `refs/${params["ref"]}`;
    const sha = await repo.git.resolve(ref);
    if (sha === undefined) throw new Refusal(404, "Not Found");
    return { status: 200, body: refShape(world, repo, ref, sha) };
  },

  "git/create-ref": async ({ world, repo, body, actor }: RepoCall): Promise<Answer> => {
    const { ref, sha } = body as { ref: string; sha: string };
    if (!/^refs\/(heads|tags)\/./.test(ref) || !(await repo.git.isName(ref)))
      throw new Refusal(422, `${ref} is not a valid ref name.`);
    if ((await repo.git.resolve(ref)) !== undefined) throw new Refusal(422, "Reference already exists");
    await requireObject(repo, sha, "commit", "Object does not exist");
    await moveRef(world, repo, ref, sha, actor);
    return { status: 201, body: refShape(world, repo, ref, sha) };
  },

  "git/update-ref": async ({ world, repo, params, body, actor }: RepoCall): Promise<Answer> => {
    const ref = `refs/${params["ref"]}`;
    const { sha, force = false } = body as { sha: string; force?: boolean };
    const before = await repo.git.resolve(ref);
    if (before === undefined) throw new Refusal(422, "Reference does not exist");
    await requireObject(repo, sha, "commit", "Object does not exist");
    if (!force && !(await repo.git.isAncestor(before, sha))) throw new Refusal(422, "Update is not a fast forward");
    await moveRef(world, repo, ref, sha, actor);
    return { status: 200, body: refShape(world, repo, ref, sha) };
  },

  "git/delete-ref": async ({ world, repo, params, actor }: RepoCall): Promise<Answer> => {
    const ref = `refs/${params["ref"]}`;
    if ((await repo.git.resolve(ref)) === undefined) throw new Refusal(422, "Reference does not exist");
    await moveRef(world, repo, ref, undefined, actor);
    return { status: 204 };
  },

  "git/get-tree": async ({ world, repo, params, query }: RepoCall): Promise<Answer> => {
    const name = params["tree_sha"] ?? "";
    const tree = await repo.git.resolve(name, "tree");
    if (tree === undefined) throw new Refusal(404, "Not Found");
    const entries = await repo.git.entries(tree, query.has("recursive"));
    // GitHub answers the hash that it was asked for, a commit's too.
    const body = treeShape(world, repo, name, entries.slice(0, TREE_LIMIT));
    return { status: 200, body: { ...body, truncated: entries.length > TREE_LIMIT } };
  },

  "git/create-tree": async ({ world, repo, body }: RepoCall): Promise<Answer> => {
    const { base_tree, tree } = body as { base_tree?: string; tree: readonly JsonMap[] };
    const base = base_tree === undefined ? undefined : await repo.git.resolve(base_tree, "tree");
    if (base_tree !== undefined && base === undefined) throw new Refusal(404, "Not Found");
    const entries = tree.map(newEntry);
    for (const { path, put } of entries) {
      if (put === null && (await repo.git.typeOf(`${base}:${path}`)) === undefined)
        throw new Refusal(422, "GitRPC::BadObjectState");
    }
    const sha = await repo.git.writeTree(base, entries);
    return { status: 201, body: treeShape(world, repo, sha, await repo.git.entries(sha, false)) };
  },

  "git/get-commit": async ({ world, repo, params }: RepoCall): Promise<Answer> => {
    const commit = await repo.git.commit(params["commit_sha"] ?? "");
    if (commit === undefined) throw new Refusal(404, "Not Found");
    return { status: 200, body: gitCommitShape(world, repo, commit) };
  },

  "git/create-commit": async ({ world, repo, body, actor }: RepoCall): Promise<Answer> => {
    const { message, tree, parents = [] } = body as { message: string; tree: string; parents?: readonly string[] };
    await requireObject(repo, tree, "tree", "Tree SHA does not exist");
    for (const parent of parents)
      await requireObject(repo, parent, "commit", "Parent SHA does not exist or is not a commit object");
    const email = `${actor.id}+${actor.login}@users.noreply.github.com`;
    const self: Signature = { name: actor.login, email, date: stamp(world) };
    const author = { ...self, ...(body["author"] as Partial<Signature> | undefined) };
    const committer = { ...author, ...(body["committer"] as Partial<Signature> | undefined) };
    const commit = { message, tree, parents, author, committer };
    const sha = await repo.git.writeCommit(commit);
    const isOwn = [body["author"], body["committer"], body["signature"]].every((one) => one === undefined);
    if (isOwn && actor.type === "Bot") repo.verified.add(sha);
    return { status: 201, body: gitCommitShape(world, repo, { sha, ...commit }) };
  },

  "git/get-blob": async ({ world, repo, params }: RepoCall): Promise<Answer> => {
    const sha = params["file_sha"] ?? "";
    const bytes = await repo.git.blob(sha);
    if (bytes === undefined) throw new Refusal(404, "Not Found");
    const url = `${repoUrl(world, repo)}/git/blobs/${sha}`;
    const content = bytes.toString("base64");
    return {
      status: 200,
      body: { sha, node_id: nodeId("B", sha), url, size: bytes.length, encoding: "base64", content },
    };
  },
};

function refShape(world: World, repo: Repo, ref: string, sha: string): JsonMap {
  const url = `${repoUrl(world, repo)}/git`;
  const object = { type: "commit", sha, url: `${url}/commits/${sha}` };
  return { ref, node_id: nodeId("REF", ref), url: `${url}/${ref}`, object };
}

function treeShape(world: World, repo: Repo, sha: string, entries: readonly GitEntry[]): JsonMap {
  const url = `${repoUrl(world, repo)}/git`;
  const tree = entries.map((entry) => ({ ...entry, url: `${url}/${entry.type}s/${entry.sha}` }));
  return { sha, url: `${url}/trees/${sha}`, tree, truncated: false };
}

function newEntry(entry: JsonMap): NewEntry {
  const {
    path,
    mode = "100644",
    sha,
    content,
  } = entry as {
    path: string;
    mode?: string;
    sha?: string | null;
    content?: string;
  };
  const steps = path.split("/");
  if (steps.some((step) => ["", ".", "..", ".git"].includes(step.toLowerCase())))
    throw new Refusal(422, "tree.path contains a malformed path component");
  if (sha === null) return { path, mode, put: null };
  if ((sha === undefined) === (content === undefined))
    throw new Refusal(422, "Must supply either tree.sha or tree.content");
  return { path, mode, put: sha === undefined ? { content: content ?? "" } : { sha } };
}

async function requireObject(repo: Repo, sha: string, type: string, message: string): Promise<void> {
  if (!/^[0-9a-f]{40}$/.test(sha) || (await repo.git.typeOf(sha)) !== type) throw new Refusal(422, message);
}
