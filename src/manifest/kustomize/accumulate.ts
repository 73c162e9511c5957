import type { Json } from "../../signal/object.ts";
import { isEqual } from "../json.ts";
import { fieldOf, type Mapping, type Place, type Scalar, scalarsOf, textOf } from "../yaml/node.ts";
import { jsonOf } from "../yaml/value.ts";
import { absorb } from "./absorb.ts";
import { builtInOrigin, fileOf, joined, pluginOrigin } from "./build-origin.ts";
import { type Configuration, mergeConfigurations, NO_CONFIGURATION } from "./configuration.ts";
import { configurationOf } from "./configuration-file.ts";
import type { Folder } from "./folder.ts";
import { generate } from "./generator.ts";
import type { Kinds } from "./kinds.ts";
import { isRemote, type Loader, noSuch, resolvePath } from "./loader.ts";
import { readObjects } from "./objects.ts";
import { openFolder } from "./open-folder.ts";
import { chooseSchema } from "./openapi.ts";
import { pluginGenerate, pluginStep } from "./plugins.ts";
import { Refused, refuse } from "./refused.ts";
import { type BuildOrigin, Resource } from "./resource.ts";
import { Resources } from "./resources.ts";
import { mapsIn, type Step, stepsOf } from "./step.ts";
import { withTextAnnotations } from "./text-map.ts";
import { declareVariables, mergeVariables, type Variable } from "./variables.ts";

/** What folders have come to so far: resources, what later steps reach, and variables to be resolved at the end. */
export type Accumulated = {
  readonly resources: Resources;
  readonly configuration: Configuration;
  readonly variables: ReadonlyMap<string, Variable>;
};

// A tree in which every folder names two others doubles with each level: this many folders are an attack.
const MOST_FOLDERS = 5_000;

/** Nothing yet. */
export function nothing(): Accumulated {
  return { resources: new Resources(), configuration: NO_CONFIGURATION, variables: new Map() };
}

/** Builds folders one within the other. */
export class Accumulator {
  readonly #loader: Loader;
  readonly #kinds: Kinds;
  /** Whether `buildMetadata` of the folder that is built asks where everything comes from. */
  readonly #isTraced: boolean;
  #folders = 0;

  constructor(loader: Loader, kinds: Kinds, isTraced: boolean) {
    this.#loader = loader;
    this.#kinds = kinds;
    this.#isTraced = isTraced;
  }

  /** Adds a folder to what there is: its resources, its generated ones, its components, then its steps over all. */
  accumulate(folder: Folder, before: Accumulated, at: string): Accumulated {
    let all = this.#addResources(folder, itemsOf(folder, "resources"), before, at);
    all = { ...all, configuration: mergeConfigurations(all.configuration, configurationOf(folder)) };
    this.#generate(folder, all.resources, at);
    for (const component of itemsOf(folder, "components")) all = this.#addComponent(folder, component, all, at);
    for (const step of stepsOf(folder, all.configuration)) this.#run(step, all.resources, folder, at);
    for (const step of this.#plugins(folder, "transformers", at)) this.#run(step, all.resources, folder, at);
    for (const step of this.#plugins(folder, "validators", at)) validate(step, all.resources);
    const declared = fieldOf(folder.kustomization, "vars");
    const entries = declared?.kind === "list" ? declared.items : [];
    return { ...all, variables: declareVariables(all.resources, entries, all.variables) };
  }

  #addResources(folder: Folder, paths: readonly Scalar[], before: Accumulated, at: string): Accumulated {
    let all = before;
    for (const path of paths) {
      if (isRemote(path.text) && this.#loader.leavesOut(path.text)) continue;
      const target = resolvePath(folder.path, path.text);
      const isFile = target !== undefined && this.#loader.bytes(target) !== undefined;
      if (isFile) this.#addFile(all.resources, target, path, joined(at, path.text));
      else {
        const inner = this.#open(folder, path, `accumulating resources from '${path.text}'`);
        if (kindOf(inner) === "Component") {
          refuse("WRONG_KIND", `expected kind != 'Component' for path '${inner.path}'`, path);
        }
        all = merged(all, this.accumulate(inner, nothing(), joined(at, path.text)), path);
      }
    }
    return all;
  }

  #addFile(resources: Resources, file: string, because: Place, origin: string): void {
    resources.add(this.#loader.objects(file, "resource", because).map((node) => this.#resource(node, origin)));
  }

  #resource(node: Mapping, origin: string): Resource {
    const resource = new Resource(node, this.#kinds);
    if (this.#isTraced) resource.origin = { path: origin };
    return resource;
  }

  #addComponent(folder: Folder, path: Scalar, before: Accumulated, at: string): Accumulated {
    const inner = this.#open(folder, path, `accumulating components: '${path.text}'`);
    if (kindOf(inner) !== "Component") {
      refuse("WRONG_KIND", `expected kind 'Component' for path '${inner.path}' but got '${kindOf(inner)}'`, path);
    }
    return merged(nothing(), this.accumulate(inner, before, joined(at, path.text)), path);
  }

  #open(folder: Folder, path: Scalar, doing: string): Folder {
    if (path.text === "") refuse("MISSING_FILE", `${doing}: new root cannot be empty`, path);
    if (isRemote(path.text)) {
      refuse("REMOTE", `${doing}: only what is in this repository can be built, and this is elsewhere`, path);
    }
    const target = resolvePath(folder.path, path.text);
    if (target === undefined) return refuse("PATH_ESCAPE", `${doing}: security; it is outside of the repository`, path);
    if (!this.#loader.isFolder(target)) {
      const isFile = this.#loader.bytes(target) !== undefined;
      refuse("MISSING_FILE", `${doing}: ${isFile ? `${target} is no folder` : noSuch(target)}`, path);
    }
    refuseCycle(folder, target, path);
    if (++this.#folders > MOST_FOLDERS)
      refuse("TOO_LARGE", `expected at most ${MOST_FOLDERS} folders in one build`, path);
    const opened = openFolder(target, { loader: this.#loader, kinds: this.#kinds, parent: folder, because: path });
    chooseSchema(opened, false);
    return opened;
  }

  #generate(folder: Folder, resources: Resources, at: string): void {
    const add = (generated: Resource, origin: BuildOrigin): void => {
      if (this.#isTraced) generated.origin = origin;
      absorb(resources, generated);
    };
    const common = fieldOf(folder.kustomization, "generatorOptions");
    for (const entry of mapsIn(folder.kustomization, "configMapGenerator")) {
      add(generate("ConfigMap", entry, folder, common), builtInOrigin(folder, at, "ConfigMapGenerator"));
    }
    for (const entry of mapsIn(folder.kustomization, "secretGenerator")) {
      add(generate("Secret", entry, folder, common), builtInOrigin(folder, at, "SecretGenerator"));
    }
    this.#refuseCharts(folder);
    for (const plugin of this.#pluginResources(folder, "generators", at)) {
      add(pluginGenerate(plugin, folder), pluginOrigin(plugin));
    }
  }

  #refuseCharts({ kustomization }: Folder): void {
    for (const key of ["helmCharts", "helmChartInflationGenerator"]) {
      const charts = fieldOf(kustomization, key);
      if (charts?.kind !== "list" || charts.items.length === 0) continue;
      const message = "trouble configuring builtin HelmChartInflationGenerator: must specify --enable-helm";
      refuse("UNSUPPORTED", `${key} is not supported: ${message}`, charts);
    }
  }

  #plugins(folder: Folder, key: "transformers" | "validators", at: string): readonly Step[] {
    return this.#pluginResources(folder, key, at).map((resource) => pluginStep(resource, folder));
  }

  /** Entries of these lists hold their configuration themselves, or name files and folders with it. */
  #pluginResources(folder: Folder, key: "generators" | "transformers" | "validators", at: string): readonly Resource[] {
    const resources = new Resources();
    const paths: Scalar[] = [];
    for (const entry of itemsOf(folder, key)) {
      const inline = inlineObjects(entry, folder);
      if (inline === undefined) paths.push(entry);
      else resources.add(inline.map((node) => this.#resource(node, fileOf(folder, at))));
    }
    return this.#addResources(folder, paths, { ...nothing(), resources }, at).resources.all;
  }

  #run(step: Step, resources: Resources, folder: Folder, at: string): void {
    step.run(resources);
    resources.dropEmpty();
    if (!this.#isTraced) return;
    const origin = step.plugin === undefined ? builtInOrigin(folder, at, step.kind) : pluginOrigin(step.plugin);
    for (const resource of resources.all) {
      if (resource.origin === undefined) resource.origin = origin;
      else resource.transformations = [...resource.transformations, origin];
      resource.change(withTextAnnotations);
    }
  }
}

// A validator is a transformer that may refuse, but not change anything.
function validate(validator: Step, resources: Resources): void {
  const before = resources.all.map(({ node }) => node);
  validator.run(resources);
  const isKept = resources.all.every(
    ({ node }, at) => node === before[at] || isEqual(jsonOrNull(node), jsonOrNull(before[at])),
  );
  if (!isKept) refuse("BAD_PLUGIN", "validator shouldn't modify the resource map", validator.plugin?.place);
}

function jsonOrNull(node: Mapping | undefined): Json {
  return node === undefined ? null : jsonOf(node);
}

function merged(ours: Accumulated, theirs: Accumulated, because: Place): Accumulated {
  ours.resources.add(theirs.resources.all, because);
  return {
    resources: ours.resources,
    configuration: mergeConfigurations(ours.configuration, theirs.configuration),
    variables: mergeVariables(ours.variables, theirs.variables),
  };
}

function itemsOf({ kustomization }: Folder, key: string): readonly Scalar[] {
  return scalarsOf(fieldOf(kustomization, key));
}

function kindOf({ kustomization }: Folder): string {
  return textOf(fieldOf(kustomization, "kind")) || "Kustomization";
}

function refuseCycle(folder: Folder, target: string, because: Place): void {
  for (let visited: Folder | undefined = folder; visited !== undefined; visited = visited.parent) {
    const isWithin = target === "" || visited.path === target || visited.path.startsWith(`${target}/`);
    if (!isWithin) continue;
    const message = `cycle detected: candidate root '${target || "."}' contains visited root '${visited.path || "."}'`;
    refuse("CYCLE", message, because);
  }
}

function inlineObjects(entry: Scalar, folder: Folder): ReturnType<typeof readObjects> | undefined {
  try {
    return readObjects(folder.textIn(entry, "resource"));
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
