import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { leavesOf, parseFieldQuery } from "../../../src/manifest/field-query.ts";
import { mayWrite } from "../../../src/manifest/helm/keyed-line.ts";
import { readTemplate } from "../../../src/manifest/helm/template-text.ts";
import { openManifests } from "../../../src/manifest/manifests.ts";
import type { Origin } from "../../../src/manifest/origin.ts";
import { type FieldPath, pathText } from "../../../src/manifest/path.ts";
import { treeOf } from "../../../src/manifest/tree.ts";
import { whereItMayBe } from "../../../src/manifest/where.ts";
import { withCharts } from "../../../src/pipeline/charted.ts";
import type { Json, KubernetesObject } from "../../../src/signal/object.ts";
import { twinCharts } from "../../twins/charts.ts";
import { CHARTED, release } from "./chart.ts";

type Files = Readonly<Record<string, string>>;

const ID = "HelmRelease shop/shop of flux-system/apps";
const TEMPLATE = "charts/web/templates/deployment.yaml";

/** A Deployment as Flux labels what a release made. */
const live = (spec: Json, by = "shop"): KubernetesObject => {
  const labels = { "helm.toolkit.fluxcd.io/name": by, "helm.toolkit.fluxcd.io/namespace": "shop" };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "shop", namespace: "shop", labels }, spec };
};

/** What is said of a field without a helm: `=` before a value that is alone, `?` before each that may set it. */
function said(files: Files, object: KubernetesObject, query: string): readonly string[] {
  const wanted = { kind: "deployment", namespace: null, name: "shop" };
  const found = whereItMayBe(openManifests(treeOf({ ...files }), null), [object], wanted, parseFieldQuery(query) ?? []);
  return found.flatMap(({ candidates, isAlone }) =>
    candidates.map(({ name, origin }) => `${isAlone ? "=" : "?"} ${name} ${bytesAt(files, origin)}`),
  );
}

function bytesAt(files: Files, { file, start, end }: Origin): string {
  return `${file}: ${(files[file] ?? "").slice(start, end)}`;
}

/** The chart with one template for Deployments, and values of the release for it. */
function chartOf(template: string, values: string, more: Files = {}): Files {
  const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n${template}`;
  return { ...CHARTED, [TEMPLATE]: text, "apps/shop.yaml": release("shop", `  values:\n${values}`), ...more };
}

describe("without a helm, the values behind a live field are told from the templates", () => {
  it("the release's own over the chart's", () => {
    expect(said(CHARTED, live({ replicas: 3 }), "spec.replicas")).toEqual(["= replicas apps/shop.yaml: 3"]);
  });

  it("what a whole map brings along", () => {
    const spec = { template: { spec: { containers: [{ name: "web", resources: { limits: { memory: "64Mi" } } }] } } };
    expect(said(CHARTED, live(spec), "spec.template.spec.containers[web].resources.limits.memory")).toEqual([
      "= resources.limits.memory charts/web/values.yaml: 64Mi",
    ]);
  });

  it("several that stand in it are all named, and none is chosen", () => {
    const spec = { containers: [{ name: "web", image: "registry.example.test/web:1.2.0" }] };
    expect(said(CHARTED, live(spec), "spec.containers[web].image")).toEqual([
      "? image.repository charts/web/values.yaml: registry.example.test/web",
      "? image.tag apps/shop.yaml: 1.2.0",
    ]);
  });

  it("none where what runs is not what git says, or where somebody else made it", () => {
    expect(said(CHARTED, live({ replicas: 9 }), "spec.replicas")).toEqual([]);
    expect(said(CHARTED, live({ replicas: 3 }, "other"), "spec.replicas")).toEqual([]);
  });

  it("not where a post-renderer comes after it", () => {
    const later = `${CHARTED["apps/shop.yaml"]}  postRenderers: []\n`;
    expect(said({ ...CHARTED, "apps/shop.yaml": later }, live({ replicas: 3 }), "spec.replicas")).toEqual([
      "? replicas apps/shop.yaml: 3",
    ]);
  });

  it("no template is read that makes something else, but for a list of anything", () => {
    const kind = (name: string): Files => ({
      "charts/web/templates/other.yaml": `kind: ${name}\nspec:\n  replicas: 3\n`,
    });
    expect(said({ ...CHARTED, ...kind("ReplicaSet") }, live({ replicas: 3 }), "spec.replicas")[0]).toMatch(/^= /);
    expect(said({ ...CHARTED, ...kind("List") }, live({ replicas: 3 }), "spec.replicas")[0]).toMatch(/^\? /);
  });

  it("a default that only the schema says", () => {
    const schema = '{"properties": {"grace": {"properties": {"seconds": {"default": 45}}}}}';
    const files = chartOf("spec:\n  grace: {{ (.Values.grace).seconds | default 45 }}\n", "    replicas: 3\n", {
      "charts/web/values.schema.json": schema,
    });
    expect(said(files, live({ grace: 45 }), "spec.grace")).toEqual([
      "= grace.seconds charts/web/values.schema.json: 45",
    ]);
  });
});

const SET = "    app:\n      level: debug\n    other: debug\n    flags:\n      level: warn\n    isOn: true\n";
const LEVEL = /^[=?] (\S+)/;

test.each([
  ["an action", "spec:\n  level: {{ .Values.app.level | quote }}\n", "debug", ["= app.level"]],
  ["an action in quotes", 'spec:\n  "level": "{{ $.Values.app.level }}" # how loud\n', "debug", ["= app.level"]],
  ["a `with`", "spec:\n{{- with .Values.app }}\n  level: {{ .level }}\n{{- end }}\n", "debug", ["= app.level"]],
  ["its `else`", "{{- with .Values.app }}{{ else }}\n  level: {{ .level }}\n{{- end }}\n", "debug", []],
  ["a variable", "{{- $of := .Values.app }}\nspec:\n  level: {{ $of.level }}\n", "debug", ["= app.level"]],
  ["a whole map", "spec:\n  {{- toYaml .Values.flags | nindent 2 }}\n", "warn", ["= flags.level"]],
  [
    "a range",
    "spec:\n{{- range $k, $v := .Values.flags }}\n  {{ $k }}: {{ $v }}\n{{- end }}\n",
    "warn",
    ["= flags.level"],
  ],
  ["a define", 'spec:\n  level: {{ include "web.level" . }}\n', "debug", ["= app.level"]],
  ["a define of lines", 'spec:\n  {{- include "web.lines" . | nindent 2 }}\n', "debug", ["= app.level"]],
  [
    "an unknown define",
    'spec:\n  level: {{ .Values.app.level }}\n  {{- include "gone" . }}\n',
    "debug",
    ["? app.level"],
  ],
  ["a line of the template's own", "spec:\n  level: debug\n  more: {{ .Values.other }}\n", "debug", []],
  ["both", "spec:\n  level: debug\n---\n  level: {{ .Values.other }}\n", "debug", ["? other"]],
  [
    "one behind a condition",
    "{{ if .Values.isOn }}level: debug{{ end }}\n---\nlevel: {{ .Values.other }}\n",
    "debug",
    ["? other"],
  ],
  ["a map in one line", "spec:\n  a: {level: debug}\n  level: {{ .Values.other }}\n", "debug", ["? other"]],
  ["what another line is made of", "spec:\n  loud: {{ .Values.app.level }}\n", "debug", []],
  [
    "a remark",
    "spec:\n  # level: {{ .Values.other }}\n  level: {{/* .Values.other */}}{{ .Values.app.level }}\n",
    "debug",
    ["= app.level"],
  ],
  [
    "a condition of the same value",
    "{{ if .Values.isOn }}\n  level: {{ .Values.isLoud }}\n{{ end }}\n",
    true,
    ["? isOn"],
  ],
  [
    "text that is a template itself",
    "spec:\n  level: {{ .Values.other }}\n{{ tpl .Values.x . }}\n",
    "debug",
    ["? other"],
  ],
])("read as it is written: %s", (_, template, value, names) => {
  const helpers =
    '{{ define "web.level" -}}\n{{ .Values.app.level }}\n{{- end }}\n{{ define "web.lines" }}\nlevel: {{ .Values.app.level }}\n{{ end }}\n';
  const files = chartOf(template, SET, { "charts/web/templates/_helpers.tpl": helpers });
  const found = said(files, live({ level: value }), "spec.level");
  expect(found.map((each) => `${each[0]} ${LEVEL.exec(each)?.[1]}`)).toEqual(names);
});

/** Every scalar of what the chart makes: what is said without a helm, and what changing the values shows. */
function bothWays(files: Files) {
  const bare = openManifests(treeOf({ ...files }), null);
  const tree = treeOf({ ...files });
  return withCharts(twinCharts(), (charts) => {
    const rendering = openManifests(tree, null, [], charts).render(ID);
    return (rendering.ok ? rendering.objects : []).flatMap(({ object, originOf }) =>
      leavesOf(object).map((path: FieldPath) => ({
        field: `${object.kind} ${pathText(path)}`,
        guess: bare.unprovenOf(object, path)[0],
        shown: originOf(path)?.variables?.map(({ name, origin }) => ({ name, origin })) ?? [],
      })),
    );
  });
}

const SAME = "  values:\n    replicas: 80\n    port: 80\n    image:\n      tag: web\n";
const HARD = (CHARTED[TEMPLATE] ?? "").replace("Seconds: 30", "Seconds: 30\n      port: {{ .Values.port }}");

test.each([
  ["the chart as it is", CHARTED],
  ["values that all say the same", { ...CHARTED, "apps/shop.yaml": release("shop", SAME) }],
  ["a key that stands twice", { ...CHARTED, [TEMPLATE]: HARD, "apps/shop.yaml": release("shop", SAME) }],
])("a value that is alone is the one that rendering shows: %s", async (_, files) => {
  const fields = await bothWays(files);
  const alone = fields.filter(({ guess }) => guess?.isAlone === true);
  expect(alone.length).toBeGreaterThan(2);
  for (const { field, guess, shown } of alone) expect(guess?.candidates, field).toEqual(shown);
});

test("any text is read as a template, and every literal of it is kept", () => {
  const piece = fc.constantFrom(
    "{{",
    "}}",
    "-",
    '"',
    "`",
    "/*",
    "*/",
    " if ",
    " end ",
    "$a := ",
    ".Values.x",
    "\n",
    "a: ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      expect(readTemplate(pieces.join("")).length).toBeGreaterThan(0);
    }),
  );
  const [block] = readTemplate("a: {{ .Values.x }}\nb: 2\n");
  expect(block?.lines.map((line) => line.filter((each) => typeof each === "string"))).toEqual([["a: "], ["b: 2"], []]);
});

test("a text fits what may have written it", () => {
  const parts = fc.array(fc.option(fc.stringMatching(/^[ab]{0,2}$/), { nil: undefined }), { maxLength: 6 });
  fc.assert(
    fc.property(parts, fc.stringMatching(/^[ab]{0,6}$/), (each, text) => {
      const pattern = new RegExp(`^${each.map((part) => part ?? ".*").join("")}$`);
      expect(mayWrite(each, text)).toBe(pattern.test(text));
    }),
  );
});
