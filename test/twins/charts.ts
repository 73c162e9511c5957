import { parse, stringify } from "yaml";
import { type ChartAnswer, type ChartJob, refuseChart } from "../../src/manifest/helm/chart-job.ts";
import type { Charts } from "../../src/ports.ts";

type Map = { [key: string]: unknown };

/** A small Helm: fields of Values, Release and Chart, `quote`, `toYaml … | nindent N`, and `if` on lines of its own. */
export function twinCharts(): Charts {
  return { render: async (job) => renderTwin(job) };
}

function renderTwin(job: ChartJob): ChartAnswer {
  const text = (path: string): string => new TextDecoder().decode(job.files.get(path));
  const chart: Map = parse(text("Chart.yaml"));
  for (const { name } of (chart["dependencies"] ?? []) as readonly { name: string }[])
    if (!job.files.has(`charts/${name}/Chart.yaml`))
      return refuseChart("DEPENDENCY_MISSING", `found in Chart.yaml, but missing in charts/ directory: ${name}`);
  const scope = {
    Values: merged(parse(text("values.yaml")) ?? {}, job.values),
    Release: { Name: job.name, Namespace: job.namespace },
    Chart: { Name: chart["name"], Version: chart["version"], AppVersion: chart["appVersion"] },
  };
  const documents: string[] = [];
  for (const path of [...job.files.keys()].filter((name) => /^templates\/.*\.yaml$/.test(name)).toSorted()) {
    try {
      const rendered = renderText(text(path), scope).trim();
      if (rendered !== "") documents.push(`---\n# Source: ${chart["name"]}/${path}\n${rendered}\n`);
    } catch (error) {
      const { message, line } = error as Failure;
      return { ok: false, refusal: { code: "TEMPLATE_FAILED", message, file: path, line } };
    }
  }
  return { ok: true, yaml: documents.join("") };
}

class Failure extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

function merged(under: unknown, over: unknown): unknown {
  if (!isMap(under) || !isMap(over)) return over;
  const all: Map = { ...under };
  for (const [key, value] of Object.entries(over))
    all[key] = Object.hasOwn(under, key) ? merged(under[key], value) : value;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

function renderText(template: string, scope: Map): string {
  const open: boolean[] = [];
  const lines: string[] = [];
  for (const [index, line] of template.split("\n").entries()) {
    const condition = /^\s*\{\{-? if (\S+) -?\}\}\s*$/.exec(line)?.[1];
    if (condition !== undefined) open.push(isTrue(evaluate(condition, scope, index + 1)));
    else if (/^\s*\{\{-? end -?\}\}\s*$/.test(line)) open.pop();
    else if (open.every((is) => is)) lines.push(...renderLine(line, scope, index + 1));
  }
  return lines.join("\n");
}

function renderLine(line: string, scope: Map, number: number): readonly string[] {
  const block = /^\s*\{\{-? toYaml (\S+) \| nindent (\d+) \}\}\s*$/.exec(line);
  if (block?.[1] !== undefined) {
    const yaml = stringify(evaluate(block[1], scope, number)).trimEnd();
    return yaml.split("\n").map((each) => " ".repeat(Number(block[2])) + each);
  }
  return [
    line
      .replaceAll("{{ randAlphaNum 8 }}", () => Math.random().toString(36).slice(2, 10))
      .replaceAll(/\{\{-? (\S+)( \| quote)? -?\}\}/g, (_, path: string, quote: string | undefined) => {
        const value = evaluate(path, scope, number);
        return quote === undefined ? String(value ?? "") : JSON.stringify(String(value ?? ""));
      }),
  ];
}

function evaluate(path: string, scope: Map, line: number): unknown {
  let value: unknown = scope;
  for (const step of path.split(".").slice(1)) {
    if (!isMap(value)) throw new Failure(line, `at <${path}>: nil pointer evaluating interface {}.${step}`);
    value = value[step];
  }
  return value;
}

function isTrue(value: unknown): boolean {
  return isMap(value) ? Object.keys(value).length > 0 : Boolean(value);
}

function isMap(value: unknown): value is Map {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
