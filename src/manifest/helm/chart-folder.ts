import { filesBeneath } from "../flux/documents.ts";
import { textAt } from "../flux/fields.ts";
import { mergeMaps } from "../flux/helm-values.ts";
import { folderOf } from "../flux/read-kustomization.ts";
import { isList, isMap } from "../json.ts";
import { type FileTree, inFolder } from "../tree.ts";
import { fieldOf, type Mapping, mappingAt, type Place, withEntry } from "../yaml/node.ts";
import { parseConfiguration } from "../yaml/parse.ts";
import { textOfFile } from "../yaml/text.ts";
import { jsonOf } from "../yaml/value.ts";

/** A chart as it lies in a folder, with the charts of the same repository that it depends on. */
export type ChartFolder = {
  readonly name: string;
  /** What Helm is given, by path within the chart. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Where in the repository each of these files lies. */
  readonly places: ReadonlyMap<string, string>;
  /** The chart's own values and those of its parts; every node knows the bytes that set it. */
  readonly defaults: Mapping;
};

const MOST_FILES = 2_000;
const MOST_BYTES = 20 * 1024 * 1024;
const DEEPEST = 3;
// What no template reads would only make an equal chart look like another.
const UNREAD = /^(?:README|LICEN[CS]E|CHANGELOG|CONTRIBUTING|OWNERS)[^/]*$/i;

const opened = new WeakMap<FileTree, Map<string, ChartFolder | "missing" | "too-large">>();

/** Opens the chart in a folder of an artifact, where there is one, and not more of it than a chart may hold. */
export function openChart(artifact: FileTree, folder: string): ChartFolder | "missing" | "too-large" {
  const known = opened.get(artifact) ?? new Map<string, ChartFolder | "missing" | "too-large">();
  opened.set(artifact, known);
  const isThere = artifact.read(inFolder(folder, "Chart.yaml")) !== undefined;
  const chart = known.get(folder) ?? (isThere ? (read(artifact, folder, 0) ?? "too-large") : "missing");
  known.set(folder, chart);
  return chart;
}

function read(artifact: FileTree, folder: string, depth: number): ChartFolder | undefined {
  const metadata = valuesIn(artifact, inFolder(folder, "Chart.yaml"));
  const lying = metadata === undefined || depth > DEEPEST ? undefined : filesIn(artifact, folder);
  if (metadata === undefined || lying === undefined) return undefined;
  const { files, places } = lying;
  const own = valuesIn(artifact, inFolder(folder, "values.yaml")) ?? mappingAt(metadata, []);
  let defaults = own;
  for (const { key, name, chart } of partsOf(artifact, folder, metadata, depth)) {
    for (const [path, content] of chart.files) files.set(`charts/${name}/${path}`, content);
    for (const [path, place] of chart.places) places.set(`charts/${name}/${path}`, place);
    const over = fieldOf(own, key) ?? mappingAt(metadata, []);
    if (over.kind === "map") defaults = withEntry(defaults, key, mergeMaps(chart.defaults, over));
  }
  return { name: textAt(jsonOf(metadata), "name") ?? "", files, places, defaults };
}

type Lying = { readonly files: Map<string, Uint8Array>; readonly places: Map<string, string> };

function filesIn(artifact: FileTree, folder: string): Lying | undefined {
  const files = new Map<string, Uint8Array>();
  const places = new Map<string, string>();
  let bytes = 0;
  for (const place of filesBeneath(artifact, folder)) {
    const path = folder === "" ? place : place.slice(folder.length + 1);
    const content = UNREAD.test(path) ? undefined : artifact.read(place);
    if (content === undefined) continue;
    files.set(path, content);
    places.set(path, place);
    bytes += content.length;
    if (files.size > MOST_FILES || bytes > MOST_BYTES) return undefined;
  }
  return { files, places };
}

type Part = { readonly key: string; readonly name: string; readonly chart: ChartFolder };

/** The charts beneath `charts`, and those elsewhere in the repository that are named by `file://`. */
function partsOf(artifact: FileTree, folder: string, metadata: Mapping, depth: number): readonly Part[] {
  const stated = jsonOf(metadata);
  const entries = isMap(stated) && isList(stated["dependencies"]) ? stated["dependencies"] : [];
  const dependencies = entries.map((entry) => ({
    name: textAt(entry, "name") ?? "",
    key: textAt(entry, "alias") ?? textAt(entry, "name") ?? "",
    local: /^file:\/\/(.+)$/.exec(textAt(entry, "repository") ?? "")?.[1],
  }));
  const beneath = inFolder(folder, "charts");
  const vendored = (artifact.list(beneath) ?? []).filter(({ type }) => type === "folder").map(({ name }) => name);
  const found = new Map(vendored.map((name) => [name, `${beneath}/${name}`]));
  for (const { name, local } of dependencies)
    if (local !== undefined && name !== "" && !found.has(name)) found.set(name, folderOf(inFolder(folder, local)));
  return [...found].flatMap(([name, at]) => {
    const chart = read(artifact, at, depth + 1);
    const keys = dependencies.filter((each) => each.name === (chart?.name ?? name)).map(({ key }) => key);
    return chart === undefined ? [] : (keys.length === 0 ? [name] : keys).map((key) => ({ key, name, chart }));
  });
}

/** The map that a file of values holds; undefined where there is none, or where it cannot be read. */
export function valuesIn(artifact: FileTree, file: string): Mapping | undefined {
  const bytes = artifact.read(file);
  const text = bytes && textOfFile({ file, way: "values" }, bytes);
  const parsed = text && parseConfiguration(text);
  if (parsed?.ok !== true || text === undefined) return undefined;
  const [values] = parsed.documents;
  const whole: Place = { source: text.source, start: 0, end: bytes?.length ?? 0, behind: undefined };
  return values?.kind === "map" ? values : mappingAt(whole, []);
}
