import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFolder } from "../../src/adapters/files.ts";
import { parseFieldQuery } from "../../src/manifest/field-query.ts";
import { type Manifests, openManifests } from "../../src/manifest/manifests.ts";
import { whereIs } from "../../src/manifest/where.ts";
import { makePatch } from "../../src/patch/make.ts";
import { kustomizeBuild, tools } from "../tools/oracle.ts";
import { runChild } from "./child.ts";
import { atLeast, type Bench, below, type Figure, megabytes, percentile, time } from "./figures.ts";
import { folderOf, MADE, makeRepository } from "./made-repository.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const STEADY = join(import.meta.dirname, "steady.ts");
// With seven files each this is a repository of 1,700 files.
const KUSTOMIZATIONS = 243;
const SIZES = [250, 500, 1000];

/** Rendering beside the real kustomize, and what follows from it: where, edit and proof; then how it grows. */
export const render: Bench = {
  name: "render",
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), "oakum-bench-render-"));
    try {
      await makeRepository(join(folder, "fleet"), KUSTOMIZATIONS);
      const manifests = openManifests(readFolder(join(folder, "fleet")), null);
      return [
        ...(await besideKustomize(join(folder, "fleet"), manifests)),
        ...questions(manifests),
        ...(await growth(folder)),
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function besideKustomize(repository: string, manifests: Manifests): Promise<readonly Figure[]> {
  const folders = Array.from({ length: KUSTOMIZATIONS }, (_, index) => join(repository, folderOf(index)));
  const {
    stdout,
    milliseconds: cold,
    computing,
  } = await runChild([MAIN, "render", "--kustomize", "--each"], folders.join("\n"));
  const changed = changedAgain(manifests);
  const kubectl = tools((line) => process.stderr.write(`${line}\n`))?.kubectl;
  const ours: readonly Figure[] = [
    {
      what: `${KUSTOMIZATIONS} Kustomizations cold, one oakum process`,
      value: `${time(cold)}, of it computing ${time(computing)}`,
    },
    { what: "the whole repository again after one file changed, p50 of 20", value: time(changed) },
  ];
  if (kubectl === undefined) return ours;
  const begun = performance.now();
  const theirs: string[] = [];
  for (const folder of folders) {
    const answer = await kustomizeBuild(kubectl, folder);
    if ("error" in answer) throw new Error(answer.error);
    theirs.push(answer.yaml);
  }
  const oracle = performance.now() - begun;
  const rendered = stdout
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { readonly yaml: string }).yaml);
  if (rendered.some((yaml, index) => yaml !== theirs[index]))
    throw new Error("Oakum and kubectl do not print the same");
  return [
    { what: `${KUSTOMIZATIONS} Kustomizations, one kubectl kustomize each`, value: time(oracle) },
    ...ours,
    atLeast("cold, times faster than kubectl", oracle / cold, 5),
    atLeast("after one file changed, times faster than kubectl", oracle / changed, 50),
  ];
}

function changedAgain(manifests: Manifests): number {
  renderAll(manifests);
  return medianOf(20, (index) => {
    const file = `${folderOf(index)}/deployments.yaml`;
    const text = Buffer.from(manifests.tree.read(file) ?? "").toString();
    renderAll(manifests.withFiles(new Map([[file, Buffer.from(text.replace("256Mi", "512Mi"))]])));
  });
}

function renderAll(manifests: Manifests): void {
  for (const { id } of manifests.kustomizations) manifests.render(id);
}

function questions(manifests: Manifests): readonly Figure[] {
  const query = parseFieldQuery("spec.template.spec.containers[app].image") ?? [];
  const objectOf = (index: number) => ({ kind: "Deployment", namespace: `app-${index}`, name: "api" });
  const found = medianOf(1000, (index) => {
    const [answer] = whereIs(manifests, objectOf(index % KUSTOMIZATIONS), query);
    if (answer?.origin?.way !== "images") throw new Error("The image is not traced to its images entry");
  });
  const patched = medianOf(20, (index) => {
    const object = { apiVersion: "apps/v1", ...objectOf(index) };
    const path = ["spec", "template", "spec", "containers", "[name=app]", "image"];
    const fields = [{ path, from: `registry.example.test/api:1.${index}.0`, to: "registry.example.test/api:1.99.0" }];
    const made = makePatch({
      manifests,
      intent: { kind: "set-image", object, fields, basis: "a benchmark" },
      commit: null,
      world: null,
    });
    if (!made.ok) throw new Error(made.refusal.message);
  });
  const files = KUSTOMIZATIONS * MADE.files;
  return [
    below("where, warm, p50 of 1,000", found, 1, fine),
    below(`locate, edit and prove one field among ${files} files, p50 of 20`, patched, 100, time),
  ];
}

async function growth(folder: string): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const size of SIZES) {
    const repository = join(folder, `size-${size}`);
    await makeRepository(repository, size);
    const { stdout } = await runChild([STEADY, repository]);
    const said = JSON.parse(stdout) as Steady;
    const what = `${size} Kustomizations, ${said.objects} objects`;
    figures.push({
      what: `${what}: rendered in`,
      value: `${time(said.milliseconds)}, ${fine(said.milliseconds / said.objects)} each`,
    });
    figures.push(below(`${what}: steady memory (RSS)`, said.megabytes, 250, megabytes));
  }
  return figures;
}

type Steady = { readonly milliseconds: number; readonly objects: number; readonly megabytes: number };

function medianOf(count: number, act: (index: number) => void): number {
  const samples = Array.from({ length: count }, (_, index) => {
    const begun = performance.now();
    act(index);
    return performance.now() - begun;
  });
  return percentile(samples, 0.5);
}

function fine(milliseconds: number): string {
  return `${milliseconds.toFixed(3)} ms`;
}
