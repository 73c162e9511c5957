/** One commit of the GitOps repository with the bytes it changed. */
export type Commit = {
  /** The full hash. */
  readonly hash: string;
  readonly author: string;
  /** The committer's time, ISO 8601. */
  readonly at: string;
  readonly subject: string;
  readonly files: readonly ChangedFile[];
  /** Paths it changed too whose bytes say nothing to us: binary, too large, links and submodules. */
  readonly unread?: readonly string[];
};

/** One file of a commit: null before where the commit made it, null after where the commit removed it. Paths are relative to the repository. */
export type ChangedFile = {
  readonly path: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
};

/** What is known of the past: `unknown` for a plain folder; `truncated` where the clone or our limit ends before the first commit. */
export type History =
  | { readonly known: false; readonly because: string }
  | {
      readonly known: true;
      readonly head: string;
      readonly truncated: boolean;
      /** Newest first, along first parents. */
      readonly commits: readonly Commit[];
    };

/** The commit in a Flux revision such as `main@sha1:0123…`, `main/0123…` or `sha1:0123…`. */
export function commitInRevision(revision: unknown): string | undefined {
  return typeof revision === "string" ? /(?:^|[/:])([0-9a-f]{40}|[0-9a-f]{64})$/.exec(revision)?.[1] : undefined;
}
