import type { RepositoryRef } from "../../src/incident/incident.ts";
import type { Issues, Proposals } from "../../src/ports.ts";
import type { IssueDraft, ProposalDraft } from "../../src/proposal/draft.ts";
import { markerLine } from "../../src/proposal/marker.ts";
import type { TwinThread, TwinWrite } from "../twins/forge.ts";

type Eventually<T> = T | Promise<T>;

/** Where every forge under contract begins: what stands on `production`, which is not the default branch. */
export const START: Readonly<Record<string, string>> = {
  "apps/checkout.yaml": "image: shop/checkout:1.5.1\n",
  "apps/cart.yaml": "image: shop/cart:2.0.0\n",
  "README.md": "# Fleet\n",
};

/** The repository of every forge under contract. */
export const FLEET: RepositoryRef = { owner: "octo", name: "fleet" };

/** A forge under contract, with what people do there and a view of what stands there. */
export type ForgeWorld = {
  /** Oakum's ports, as after a start: nothing is remembered. */
  readonly start: () => Promise<{ readonly issues: Issues; readonly proposals: Proposals }>;
  /** A person who may push to FLEET. */
  readonly ada: {
    readonly openIssue: (ref: RepositoryRef, title: string, body: string, labels?: readonly string[]) => number;
    readonly comment: (ref: RepositoryRef, number: number, body: string) => void;
    readonly edit: (ref: RepositoryRef, number: number, change: { title?: string; body?: string }) => void;
    readonly close: (ref: RepositoryRef, number: number) => void;
    readonly reopen: (ref: RepositoryRef, number: number) => void;
    readonly push: (ref: RepositoryRef, branch: string, files: Record<string, string | null>) => Promise<string>;
    readonly merge: (ref: RepositoryRef, number: number) => Promise<string>;
  };
  /** The next write of this kind is done, but its answer gets lost. */
  readonly loseAnswer: (write: TwinWrite) => void;
  readonly threads: () => readonly Pick<
    TwinThread,
    "number" | "author" | "title" | "body" | "isOpen" | "labels" | "comments"
  >[];
  readonly checks: () => readonly { readonly commit: string; readonly passed: boolean; readonly annotations: number }[];
  readonly writes: () => number;
  /** The commit at the tip of a branch of FLEET. */
  readonly tip: (branch: string) => Eventually<string | undefined>;
  /** A file at the tip of a branch of FLEET. */
  readonly read: (branch: string, path: string) => Eventually<string | undefined>;
  readonly close: () => Promise<void>;
};

/** An issue about checkout. */
export function issueDraft(change: Partial<IssueDraft> = {}): IssueDraft {
  const key = change.key ?? "3f2a";
  const body = `${markerLine(key)}\ncheckout cannot be pulled`;
  return { key, title: "Deployment/shop/checkout", body, labels: ["oakum", "incident"], ...change };
}

/** A proposal that takes checkout back to 1.5.0. */
export function proposalDraft(baseCommit: string, change: Partial<ProposalDraft> = {}): ProposalDraft {
  const key = change.key ?? "3f2a";
  return {
    key,
    baseBranch: "production",
    baseCommit,
    message: "Take checkout back to 1.5.0",
    files: texts({ "apps/checkout.yaml": "image: shop/checkout:1.5.0\n" }),
    before: texts({ "apps/checkout.yaml": START["apps/checkout.yaml"] ?? "" }),
    title: "Take checkout back to 1.5.0",
    body: `${markerLine(key)}\ncheckout ran nine days with 1.5.0`,
    labels: ["oakum"],
    ...change,
  };
}

/** Files as a draft has them. */
export function texts(files: Readonly<Record<string, string | null>>): Map<string, Uint8Array | null> {
  const bytes = (text: string | null) => (text === null ? null : new TextEncoder().encode(text));
  return new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)]));
}
