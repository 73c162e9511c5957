import type { History } from "../../src/evidence/commit.ts";
import type { World } from "../../src/evidence/world.ts";
import { isEqual } from "../../src/manifest/json.ts";
import { openManifests } from "../../src/manifest/manifests.ts";
import type { FileTree } from "../../src/manifest/tree.ts";
import { withFiles } from "../../src/manifest/tree.ts";
import type { Edit } from "../../src/patch/patch.ts";
import type { Report, ReportedIncident } from "../../src/proposal/report.ts";
import type { Json } from "../../src/signal/object.ts";
import { type Documents, documentsOf, pruned, satisfied } from "./documents.ts";
import { isResolved } from "./references.ts";
import { rightFiles, type Truth, type TruthFiles } from "./truth.ts";

/** What a case is graded on, and the marks. */
export type Marks = {
  readonly id: string;
  readonly source: string;
  readonly category: string;
  readonly expected: string;
  readonly isFair: boolean;
  /** Whether an issue is as right as a patch. */
  readonly isOpen: boolean;
  readonly got: string;
  readonly said: string;
  readonly decision: boolean;
  readonly root: boolean;
  readonly kind: boolean;
  readonly exact: boolean | null;
  readonly equivalent: boolean | null;
  readonly commit: boolean | null;
  readonly wrong: boolean;
  readonly confidence: number | null;
  readonly seconds: number;
  readonly why: readonly string[];
};

/** What a case was judged on. */
export type Exam = {
  readonly truth: Truth;
  readonly world: World;
  readonly tree: FileTree;
  readonly history: History;
  readonly report: Report;
  readonly seconds: number;
};

type Files = ReadonlyMap<string, Uint8Array | null>;

/** The marks of one case, by the same measures as the contract's grader. */
export function grade(exam: Exam): Marks {
  const { truth, report } = exam;
  const [first] = report.incidents;
  const got = first?.decision ?? "none";
  const proposals = report.incidents.flatMap((incident, index) =>
    incident.decision === "propose" ? [gradeProposal(exam, incident, index)] : [],
  );
  const own = proposals.find(({ index }) => index === 0);
  return {
    ...about(truth),
    ...causeMarks(truth, first, got),
    got,
    said: first?.cause?.category ?? "unknown",
    decision: allowed(truth).includes(got),
    exact: own?.exact ?? null,
    equivalent: own?.same ?? null,
    wrong: proposals.some(({ wrong }) => wrong),
    seconds: exam.seconds,
    why: proposals.flatMap(({ why }) => why),
  };
}

function allowed(truth: Truth): readonly string[] {
  return [truth.expected, ...(truth.also ?? [])];
}

function about(truth: Truth): Pick<Marks, "id" | "source" | "category" | "expected" | "isFair" | "isOpen"> {
  return {
    id: truth.id,
    source: truth.source ?? "unknown",
    category: truth.category[0] ?? "none",
    expected: truth.expected,
    isFair: truth.fair !== false,
    isOpen: truth.accept === "reference-resolved" && (truth.also ?? []).includes("issue"),
  };
}

function causeMarks(
  truth: Truth,
  first: ReportedIncident | undefined,
  got: string,
): Pick<Marks, "root" | "kind" | "commit" | "confidence"> {
  const isRoot = first !== undefined && truth.roots.some((root) => isSameRoot(first, root));
  const isCategory = first !== undefined && truth.category.includes(first.cause?.category ?? "unknown");
  if (truth.expected === "none") {
    const isQuiet = got === "none" || (allowed(truth).includes(got) && isRoot && isCategory);
    return { root: isQuiet, kind: isQuiet, commit: null, confidence: null };
  }
  return {
    root: isRoot,
    kind: isCategory,
    commit: truth.commit ? isCommit(first, truth.commit) : null,
    confidence: first === undefined || first.cause === null ? null : first.confidence,
  };
}

function isSameRoot({ root }: ReportedIncident, want: Truth["roots"][number]): boolean {
  return (
    root.kind === want.kind &&
    root.name === want.name &&
    (!want.namespace || !root.namespace || root.namespace === want.namespace)
  );
}

function isCommit(incident: ReportedIncident | undefined, commit: string): boolean {
  const by = incident?.causedBy;
  return typeof by === "object" && by !== null && commit.startsWith(by.commit);
}

type Graded = {
  readonly index: number;
  readonly same: boolean;
  readonly exact: boolean;
  readonly wrong: boolean;
  readonly why: readonly string[];
};

function gradeProposal(exam: Exam, incident: ReportedIncident, index: number): Graded {
  const { truth, tree } = exam;
  const files = applied(tree, incident.edits);
  if (files === undefined || files.size === 0)
    return { index, same: false, exact: false, wrong: true, why: [`incident ${index}: edits cannot be applied`] };
  const isAllowed = allowed(truth).includes("propose");
  const same = isAllowed && (isEquivalent(exam, files) || isReference(exam, files, incident));
  const isOther = !same && index > 0 && isBeside(truth, files);
  const exact = rightFiles(truth).some((right) => isExact(files, right));
  const why =
    same || isOther ? [] : [`incident ${index}: ${isAllowed ? "another effect" : `expected ${truth.expected}`}`];
  return { index, same, exact, wrong: why.length > 0, why };
}

// Another fault of the same tree, which the truth does not judge.
function isBeside(truth: Truth, files: Files): boolean {
  const known = (truth.alsoDangling ?? []).map(({ file }) => file);
  return known.length > 0 && [...files.keys()].every((file) => known.includes(file));
}

function isReference({ truth, tree, history }: Exam, files: Files, incident: ReportedIncident): boolean {
  if (truth.accept !== "reference-resolved") return false;
  const before = new Map([...files.keys()].map((file) => [file, tree.read(file) ?? null]));
  return isRestored(history, truth, files) || isResolved(truth, before, files, incident.root);
}

// Undoing exactly what the causing commit did to the changed files is no wrong answer.
function isRestored(history: History, truth: Truth, files: Files): boolean {
  const commit = history.known ? history.commits.find(({ hash }) => hash === truth.commit) : undefined;
  if (commit === undefined) return false;
  return [...files].every(([file, bytes]) => {
    const change = commit.files.find(({ path }) => path === file);
    return change !== undefined && isSameBytes(bytes, change.before);
  });
}

/** The files that edits lead to; undefined where an edit does not fit its file. */
function applied(tree: FileTree, edits: readonly Edit[]): Files | undefined {
  const files = new Map<string, Uint8Array | null>();
  for (const file of new Set(edits.map((edit) => edit.file))) {
    let bytes: Uint8Array = tree.read(file) ?? new Uint8Array();
    for (const edit of edits.filter((each) => each.file === file).toSorted((a, b) => b.start - a.start)) {
      if (Buffer.from(bytes.subarray(edit.start, edit.end)).toString() !== edit.before) return undefined;
      bytes = Buffer.concat([bytes.subarray(0, edit.start), Buffer.from(edit.after), bytes.subarray(edit.end)]);
    }
    const isGone = bytes.length === 0 && tree.read(file) !== undefined;
    if (!isSameBytes(bytes, tree.read(file) ?? null)) files.set(file, isGone ? null : bytes);
  }
  return files;
}

function isExact(files: Files, right: TruthFiles): boolean {
  const names = Object.keys(right);
  return (
    names.length === files.size &&
    names.every((file) => files.has(file) && isSameBytes(files.get(file) ?? null, bytesOf(right[file] ?? null)))
  );
}

function isEquivalent(exam: Exam, files: Files): boolean {
  const { truth } = exam;
  if (truth.files !== null && truth.files !== undefined && isSameDocuments(exam.tree, files, truth.files)) return true;
  const options = [truth.fields ?? [], ...(truth.alternatives ?? [])].filter((option) => option.length > 0);
  const names = new Set([...files.keys(), ...Object.keys(truth.files ?? {})]);
  const before = allDocuments([...names], (file) => exam.tree.read(file) ?? null);
  const after = allDocuments([...names], (file) =>
    files.has(file) ? (files.get(file) ?? null) : (exam.tree.read(file) ?? null),
  );
  if (before === undefined || after === undefined) return false;
  return (
    options.some((option) => satisfied(option, before, after)) ||
    rightFiles(truth).some((right) => isRenderedAlike(exam, files, right))
  );
}

function isSameDocuments(tree: FileTree, files: Files, right: TruthFiles): boolean {
  const names = new Set([...files.keys(), ...Object.keys(right)]);
  return [...names].every((file) => {
    const now = files.has(file) ? (files.get(file) ?? null) : (tree.read(file) ?? null);
    const want = Object.hasOwn(right, file) ? bytesOf(right[file] ?? null) : (tree.read(file) ?? null);
    if (isSameBytes(now, want)) return true;
    const [a, b] = [documentsOf(file, now), documentsOf(file, want)];
    return a !== undefined && b !== undefined && isEqual(Object.fromEntries(a), Object.fromEntries(b));
  });
}

function allDocuments(files: readonly string[], read: (file: string) => Uint8Array | null): Documents | undefined {
  const all = new Map<string, Json>();
  for (const file of files) {
    const documents = documentsOf(file, read(file));
    if (documents === undefined) return undefined;
    for (const [key, value] of documents) all.set(key, value);
  }
  return all;
}

/** Whether every Flux path renders to what the right files render to. */
function isRenderedAlike({ tree, world }: Exam, files: Files, right: TruthFiles): boolean {
  const wanted = new Map(Object.entries(right).map(([file, text]) => [file, bytesOf(text)]));
  const [got, want] = [openManifests(withFiles(tree, files), world), openManifests(withFiles(tree, wanted), world)];
  return want.kustomizations.every(({ id, live }) => {
    if (!live) return true;
    const [a, b] = [got.render(id), want.render(id)];
    if (!a.ok || !b.ok) return a.ok === b.ok;
    return isEqual(
      a.objects.map(({ object }) => pruned(object)),
      b.objects.map(({ object }) => pruned(object)),
    );
  });
}

function bytesOf(text: string | null): Uint8Array | null {
  return text === null ? null : Buffer.from(text);
}

function isSameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return Buffer.compare(a, b) === 0;
}
