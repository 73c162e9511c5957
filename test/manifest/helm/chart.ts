import { flux, sync } from "../flux/fleet.ts";

// A chart of the repository's own, as people write one.
const CHART: Readonly<Record<string, string>> = {
  "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
  "charts/web/values.yaml": `replicas: 2
image:
  repository: registry.example.test/web
  tag: 1.0.0
port: 8080
resources:
  limits:
    memory: 64Mi
`,
  "charts/web/templates/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels:
    version: {{ .Values.image.tag | quote }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      app: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app: {{ .Release.Name }}
    spec:
      terminationGracePeriodSeconds: 30
      containers:
        - name: web
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          ports:
            - containerPort: {{ .Values.port }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
`,
  "charts/web/templates/service.yaml": `apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  ports:
    - port: 80
      targetPort: {{ .Values.port }}
`,
};

/** A HelmRelease of that chart; `more` is the rest of its spec, two spaces deep. */
export const release = (
  name: string,
  more = "",
  chart = "./charts/web",
): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: ${name}
  namespace: shop
spec:
  interval: 10m
  chart:
    spec:
      chart: ${chart}
      sourceRef:
        kind: GitRepository
        name: flux-system
        namespace: flux-system
${more}`;

/** A repository with that chart and one release of it. */
export const CHARTED: Readonly<Record<string, string>> = {
  "clusters/prod/flux-system/gotk-sync.yaml": sync("./clusters/prod"),
  "clusters/prod/apps.yaml": flux("apps", "./apps"),
  "apps/shop.yaml": release("shop", "  values:\n    image:\n      tag: 1.2.0\n    replicas: 3\n"),
  ...CHART,
};
