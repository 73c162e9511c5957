import { describe, expect, it } from "vitest";
import type { ChartJob } from "../../src/manifest/helm/chart-job.ts";
import type { Charts } from "../../src/ports.ts";

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: web
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          {{- if .Values.resources }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
          {{- end }}
`;

const CHART = {
  "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
  "values.yaml": "replicas: 1\nimage:\n  repository: registry.example.test/web\n  tag: 1.0.0\nresources: {}\n",
  "templates/deployment.yaml": DEPLOYMENT,
};

/** A job for a chart of these files. */
export function chartJob(files: Readonly<Record<string, string>>, values: ChartJob["values"] = {}): ChartJob {
  const bytes = Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)] as const);
  return { name: "shop", namespace: "prod", files: new Map(bytes), values, kubeVersion: null, apiVersions: [] };
}

/** What every renderer of charts does. */
export function chartsContract(name: string, open: () => Charts): void {
  describe(`charts: ${name}`, () => {
    const render = async (job: ChartJob): Promise<string> => {
      const answer = await open().render(job);
      return answer.ok
        ? answer.yaml
        : `${answer.refusal.code} ${answer.refusal.file ?? ""}:${answer.refusal.line ?? ""}`;
    };

    it("renders a chart with its own values", async () => {
      const yaml = await render(chartJob(CHART));
      expect(yaml).toContain("# Source: web/templates/deployment.yaml");
      expect(yaml).toContain("  name: shop\n  namespace: prod\n");
      expect(yaml).toContain('image: "registry.example.test/web:1.0.0"');
      expect(yaml).not.toContain("resources:");
    });

    it("puts the release's values over them, map by map", async () => {
      const values = { replicas: 3, image: { tag: "2.0.0" }, resources: { limits: { memory: "64Mi" } } };
      const yaml = await render(chartJob(CHART, values));
      expect(yaml).toContain("replicas: 3");
      expect(yaml).toContain('image: "registry.example.test/web:2.0.0"');
      expect(yaml).toContain("          resources:\n            limits:\n              memory: 64Mi\n");
    });

    it("says which line of which template fails", async () => {
      const files = { ...CHART, "templates/bad.yaml": "\n{{ .Values.missing.name }}\n" };
      expect(await render(chartJob(files))).toBe("TEMPLATE_FAILED templates/bad.yaml:2");
    });

    it("refuses a chart that needs another which is not there", async () => {
      const needs =
        "dependencies:\n  - name: common\n    version: 1.0.0\n    repository: https://charts.example.test\n";
      const files = { ...CHART, "Chart.yaml": CHART["Chart.yaml"] + needs };
      expect(await render(chartJob(files))).toBe("DEPENDENCY_MISSING :");
    });
  });
}
