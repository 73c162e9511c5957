import { describe, expect, it } from "vitest";
import { leavesOf, parseFieldQuery } from "../../../src/manifest/field-query.ts";
import { type Manifests, openManifests } from "../../../src/manifest/manifests.ts";
import type { Origin } from "../../../src/manifest/origin.ts";
import { type FieldPath, pathText, valueAt } from "../../../src/manifest/path.ts";
import { treeOf } from "../../../src/manifest/tree.ts";
import { whereIs } from "../../../src/manifest/where.ts";
import { withCharts } from "../../../src/pipeline/charted.ts";
import { twinCharts } from "../../twins/charts.ts";
import { configMap } from "../flux/fleet.ts";
import { CHARTED, release } from "./chart.ts";

const ID = "HelmRelease shop/shop of flux-system/apps";
const WEB = { kind: "Deployment", namespace: "shop", name: "shop" };
const IMAGE = ["spec", "template", "spec", "containers", "[name=web]", "image"];

type Files = Readonly<Record<string, string>>;

function asked<T>(files: Files, ask: (manifests: Manifests) => T): Promise<T> {
  const tree = treeOf({ ...files });
  return withCharts(twinCharts(), (charts) => ask(openManifests(tree, null, [], charts)));
}

/** What stands at an origin, in its file. */
function bytesAt(files: Files, origin: Origin | undefined): string {
  if (origin === undefined) return "nowhere";
  return `${origin.file}: ${(files[origin.file] ?? "").slice(origin.start, origin.end)}`;
}

function originOf(files: Files, query: string): Promise<Origin | undefined> {
  return asked(files, (manifests) => whereIs(manifests, WEB, parseFieldQuery(query) ?? [])[0]?.origin);
}

describe("a release whose chart lies in the repository", () => {
  it("renders what Helm and its controller make of it", async () => {
    const rendered = await asked(CHARTED, (manifests) => {
      const rendering = manifests.render(ID);
      return rendering.ok ? rendering.objects.map(({ object }) => object) : rendering.refusal;
    });
    expect(rendered).toMatchObject([
      {
        kind: "Deployment",
        metadata: {
          namespace: "shop",
          labels: {
            version: "1.2.0",
            "helm.toolkit.fluxcd.io/name": "shop",
            "helm.toolkit.fluxcd.io/namespace": "shop",
          },
        },
        spec: { replicas: 3 },
      },
      { kind: "Service", spec: { ports: [{ targetPort: 8080 }] } },
    ]);
  });

  it("finds the values behind a field, and the bytes of each", async () => {
    const origin = await originOf(CHARTED, "spec.template.spec.containers[web].image");
    expect(origin).toMatchObject({ way: "values", file: "charts/web/values.yaml" });
    expect(origin?.variables?.map(({ name, origin: at }) => `${name} ${bytesAt(CHARTED, at ?? undefined)}`)).toEqual([
      "image.repository charts/web/values.yaml: registry.example.test/web",
      "image.tag apps/shop.yaml: 1.2.0",
    ]);
  });

  it("tells a release's own value from the chart's default", async () => {
    expect(bytesAt(CHARTED, await originOf(CHARTED, "spec.replicas"))).toBe("apps/shop.yaml: 3");
    const memory = await originOf(CHARTED, "spec.template.spec.containers[web].resources.limits.memory");
    expect(bytesAt(CHARTED, memory)).toBe("charts/web/values.yaml: 64Mi");
  });

  it("finds a whole map of the values", async () => {
    const resources = await originOf(CHARTED, "spec.template.spec.containers[web].resources");
    expect(resources?.variables?.map(({ name }) => name)).toEqual(["resources"]);
  });

  it("names the template's line where no value sets a field", async () => {
    const grace = await originOf(CHARTED, "spec.template.spec.terminationGracePeriodSeconds");
    expect(grace).toMatchObject({ way: "chart" });
    expect(bytesAt(CHARTED, grace)).toBe(
      "charts/web/templates/deployment.yaml:       terminationGracePeriodSeconds: 30",
    );
  });

  it("says the same of what a template draws by lot, however often it is rendered", async () => {
    const lots =
      "apiVersion: v1\nkind: Secret\nmetadata:\n  name: lots\nstringData:\n  key: {{ randAlphaNum 8 }}\n  user: web\n";
    const files = { ...CHARTED, "charts/web/templates/secret.yaml": lots };
    const secret = await asked(files, (manifests) => {
      const [found] = manifests.findObject({ kind: "Secret", namespace: "shop", name: "lots" });
      return found?.rendered.object["stringData"];
    });
    expect(secret).toEqual({ key: "(drawn anew at every rendering)", user: "web" });
  });

  it("knows who uses a file of the chart", async () => {
    const files = { ...CHARTED, "apps/admin.yaml": release("admin") };
    const consumers = await asked(files, (manifests) =>
      manifests.consumersOf("charts/web/values.yaml").map(({ id }) => id),
    );
    expect(consumers).toEqual(["HelmRelease shop/admin of flux-system/apps", ID]);
  });
});

describe("what sets the values of a release", () => {
  it("a ConfigMap that it names", async () => {
    const files = {
      ...CHARTED,
      "apps/shop.yaml": release("shop", "  valuesFrom:\n    - kind: ConfigMap\n      name: shop-values\n"),
      "apps/values.yaml": configMap("shop-values", "shop", "values.yaml: |", "  replicas: 5"),
    };
    expect(bytesAt(files, await originOf(files, "spec.replicas"))).toBe("apps/values.yaml: 5");
  });

  it("the values files that stand in for the chart's own", async () => {
    const own = release("shop").replace(
      "      sourceRef:",
      "      valuesFiles: [charts/web/values.yaml, prod.yaml]\n      sourceRef:",
    );
    const files = { ...CHARTED, "apps/shop.yaml": own, "prod.yaml": "replicas: 7\n" };
    expect(bytesAt(files, await originOf(files, "spec.replicas"))).toBe("prod.yaml: 7");
  });

  it("a chart beside it that it depends on", async () => {
    const needs = "dependencies:\n  - name: side\n    version: 0.1.0\n    repository: file://../side\n";
    const sided =
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: side\ndata:\n  level: {{ .Values.side.level }}\n";
    const files = {
      ...CHARTED,
      "charts/web/Chart.yaml": `${CHARTED["charts/web/Chart.yaml"]}${needs}`,
      "charts/web/templates/side.yaml": sided,
      "charts/web/values.yaml": `${CHARTED["charts/web/values.yaml"]}side:\n  level: info\n`,
      "charts/side/Chart.yaml": "apiVersion: v2\nname: side\nversion: 0.1.0\n",
    };
    const consumers = await asked(files, (manifests) => [
      manifests.render(ID).ok,
      manifests.consumersOf("charts/side/Chart.yaml").map(({ id }) => id),
    ]);
    expect(consumers).toEqual([true, [ID]]);
  });

  it("a post-renderer's image", async () => {
    const renderers =
      "  postRenderers:\n    - kustomize:\n        images:\n          - name: registry.example.test/web\n            newTag: 9.9.9\n";
    const files = { ...CHARTED, "apps/shop.yaml": release("shop", renderers) };
    const image = await asked(files, (manifests) => {
      const [found] = manifests.findObject(WEB);
      return [found?.rendered.object.kind, found?.rendered.originOf(IMAGE)] as const;
    });
    expect(image[0]).toBe("Deployment");
    expect(bytesAt(files, image[1])).toBe("apps/shop.yaml: 9.9.9");
  });
});

/** Another value in the place of these bytes. */
function withOther(files: Files, { file, start, end }: Origin): Files {
  const text = files[file] ?? "";
  const was = text.slice(start, end);
  const now = /^\d+$/.test(was) ? String(Number(was) + 1) : `${was}x`;
  return { ...files, [file]: text.slice(0, start) + now + text.slice(end) };
}

it("every value that is named behind a field sets it", async () => {
  const fieldIn = (files: Files, path: FieldPath): Promise<unknown> =>
    asked(files, (manifests) => valueAt(manifests.findObject(WEB)[0]?.rendered.object, path));
  const fields = await asked(CHARTED, (manifests) => {
    const rendered = manifests.findObject(WEB)[0]?.rendered;
    const paths = rendered === undefined ? [] : leavesOf(rendered.object);
    return paths.flatMap((path) => (rendered?.originOf(path)?.variables ?? []).map(({ origin }) => ({ path, origin })));
  });
  expect(fields.length).toBeGreaterThan(5);
  for (const { path, origin } of fields) {
    const other = origin === null ? CHARTED : withOther(CHARTED, origin);
    expect(await fieldIn(other, path), pathText(path)).not.toEqual(await fieldIn(CHARTED, path));
  }
});

describe("what is refused", () => {
  const refusalOf = (files: Files): Promise<unknown> =>
    asked(files, (manifests) => {
      const rendering = manifests.render(ID);
      return rendering.ok ? rendering.objects.length : rendering.refusal;
    });

  it("a chart of another source", async () => {
    const files = {
      ...CHARTED,
      "apps/shop.yaml": release("shop").replace("kind: GitRepository", "kind: HelmRepository"),
    };
    expect(await refusalOf(files)).toMatchObject({
      code: "CHART_ELSEWHERE",
      message: "What HelmRelease shop/shop makes is not known: its chart is of HelmRepository flux-system/flux-system.",
    });
  });

  it("values of a Secret, which nobody reads", async () => {
    const secret =
      "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop-values\n  namespace: shop\nstringData:\n  values.yaml: x\n";
    const from = "  valuesFrom:\n    - kind: Secret\n      name: shop-values\n";
    const files = { ...CHARTED, "apps/shop.yaml": release("shop", from), "apps/secret.yaml": secret };
    expect(await refusalOf(files)).toMatchObject({ code: "VALUES_UNKNOWN" });
  });

  it("a template that fails, by its place in the repository", async () => {
    const files = { ...CHARTED, "charts/web/templates/bad.yaml": "{{ .Values.missing.name }}\n" };
    expect(await refusalOf(files)).toMatchObject({
      code: "TEMPLATE_FAILED",
      file: "charts/web/templates/bad.yaml",
      line: 1,
    });
  });

  it("everything where there is no helm", () => {
    const manifests = openManifests(treeOf({ ...CHARTED }), null);
    expect(manifests.findObject(WEB)).toEqual([]);
    expect(manifests.unknown).toEqual([
      "What HelmRelease shop/shop makes is not known: no helm is at hand to render its chart: install it or set OAKUM_HELM.",
    ]);
  });
});
