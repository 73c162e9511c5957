import { type Json, type KubernetesObject, keyOf, type ObjectRef } from "../../signal/object.ts";
import { originOfPlace } from "../flux/place.ts";
import { nodeAtPath, nodeOfRendered, renderedObject } from "../flux/rendered-object.ts";
import type { Origin, VariableUse } from "../origin.ts";
import { type FieldPath, valueAt } from "../path.ts";
import type { Refusal, RenderedObject, Rendering } from "../rendered.ts";
import type { ChartFolder } from "./chart-folder.ts";
import { type ChartJob, isUnrendered, type RenderedCharts } from "./chart-job.ts";
import { searchValues, valuesPathText } from "./field-search.ts";
import type { Plan, Release } from "./release.ts";
import { makeObjects, PRINTED } from "./release-objects.ts";
import { drawsLots } from "./steady.ts";
import { templateLine } from "./template-line.ts";

/** What a release makes, with the values behind each field, or why that is not known. */
export function renderRelease({ node, files, plan, kustomization }: Release, charts: RenderedCharts): Rendering {
  if (!plan.ok) return { ok: false, refusal: plan.refusal, files };
  const objectsOf = (job: ChartJob): Objects => objectsOfJob(job, node, charts);
  const made = objectsOf(plan.job);
  if ("code" in made) return { ok: false, refusal: inRepository(made, plan.chart, kustomization.ref), files };
  const release = { ...plan, objectsOf };
  return { ok: true, objects: made.map(({ object, template }) => new ReleaseObject(object, template, release)), files };
}

type Made = { readonly object: RenderedObject; readonly template: string };
type Objects = readonly Made[] | Refusal;

function objectsOfJob(job: ChartJob, release: Release["node"], charts: RenderedCharts): Objects {
  const answer = charts.find(job);
  if (!answer.ok) return answer.refusal;
  const again = drawsLots(job) ? charts.find({ ...job, isAgain: true }) : answer;
  if (!again.ok) return again.refusal;
  const made = makeObjects({ answer, again }, release, job.namespace);
  if (!made.ok) return made.refusal;
  return made.objects.map(({ node, template }) => ({ object: renderedObject(node), template }));
}

function inRepository(refusal: Refusal, { places }: ChartFolder, release: ObjectRef | null): Refusal {
  const { file, ...said } = refusal;
  const name = `${release?.namespace}/${release?.name}`;
  const message = isUnrendered(refusal)
    ? `What HelmRelease ${name} makes is not known: ${said.message}.`
    : `The chart of HelmRelease ${name} does not render: ${said.message}.`;
  const place = file === undefined ? undefined : places.get(file);
  return place === undefined ? { ...said, message } : { ...said, message, file: place };
}

type Known = Plan & { readonly objectsOf: (job: ChartJob) => Objects };

class ReleaseObject implements RenderedObject {
  readonly ref: ObjectRef;
  readonly origin: Origin;
  readonly #rendered: RenderedObject;
  readonly #template: string;
  readonly #known: Known;
  readonly #found = new Map<string, Origin | undefined>();

  constructor(rendered: RenderedObject, template: string, known: Known) {
    this.ref = rendered.ref;
    this.#rendered = rendered;
    this.#template = known.chart.places.get(template.slice(template.indexOf("/") + 1)) ?? "";
    this.#known = known;
    this.origin = { file: this.#template, start: 0, end: 0, way: "chart" };
  }

  get object(): KubernetesObject {
    return this.#rendered.object;
  }

  get originOf(): RenderedObject["originOf"] {
    return (path) => {
      const key = JSON.stringify(path);
      if (!this.#found.has(key)) this.#found.set(key, this.#originOf(path));
      return this.#found.get(key);
    };
  }

  #originOf(path: FieldPath): Origin | undefined {
    const node = nodeOfRendered(this.#rendered);
    const found = node && nodeAtPath(node, path);
    if (found === undefined) return undefined;
    // What a post-renderer or common metadata set stands in the release itself.
    if (found.source.file !== PRINTED) return originOfPlace(found);
    return this.#fromValues(path) ?? this.#fromTemplate(path);
  }

  #fromValues(path: FieldPath): Origin | undefined {
    const { job, values, objectsOf } = this.#known;
    const key = keyOf(this.ref);
    const field = valueAt(this.object, path);
    const setters = searchValues(job, values, (other) => {
      const made = objectsOf(other);
      if ("code" in made) return isUnrendered(made) ? "unknown" : { value: field };
      const object = made.find((each) => keyOf(each.object.ref) === key)?.object.object;
      // A value without which there is no such object, or no chart, does not say what stands in its field.
      return { value: object === undefined ? field : valueAt(object, path) };
    });
    const variables = setters.flatMap(({ path: at, node }): readonly VariableUse[] => {
      const origin = originOfPlace(node);
      return origin === undefined ? [] : [{ name: valuesPathText(at), origin, isOpaque: false }];
    });
    const first = variables[0]?.origin;
    return first ? { ...first, way: "values", variables } : undefined;
  }

  #fromTemplate(path: FieldPath): Origin | undefined {
    const bytes = [...this.#known.chart.places].find(([, place]) => place === this.#template)?.[0];
    const text = bytes === undefined ? undefined : this.#known.chart.files.get(bytes);
    if (text === undefined) return undefined;
    return { file: this.#template, ...templateLine(text, path, valueAt(this.object, path) as Json), way: "chart" };
  }
}
