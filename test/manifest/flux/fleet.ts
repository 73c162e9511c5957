import type { World } from "../../../src/evidence/world.ts";
import type { KubernetesObject } from "../../../src/signal/object.ts";

/** A Flux Kustomization as people write it; `more` is the rest of its spec, two spaces deep. */
export const flux = (name: string, path: string, more = "", source = "flux-system"): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: flux-system
spec:
  interval: 10m
  path: ${path}
  prune: true
  sourceRef:
    kind: GitRepository
    name: ${source}
${more}`;

/** What `flux bootstrap` writes for a cluster. */
export const sync = (path: string): string => `${flux("flux-system", path)}---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  url: ssh://git@git.test/platform/fleet
  ref:
    branch: main
`;

/** A ConfigMap with these lines of data. */
export const configMap = (name: string, namespace: string, ...data: readonly string[]): string =>
  `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: ${namespace}
data:
${data.map((line) => `  ${line}\n`).join("")}`;

/** Two clusters that share a base; one of them runs. */
export const FLEET: Readonly<Record<string, string>> = {
  "clusters/prod/flux-system/gotk-sync.yaml": sync("./clusters/prod"),
  "clusters/prod/apps.yaml": flux("apps", "./apps/prod", variablesOf("ConfigMap", "vars")),
  "clusters/prod/vars.yaml": configMap("vars", "flux-system", "REPLICAS: '3'", "HOST: shop.example.org"),
  "clusters/staging/flux-system/gotk-sync.yaml": sync("./clusters/staging"),
  "clusters/staging/apps.yaml": flux("apps", "./apps/staging", variablesOf("ConfigMap", "vars")),
  "clusters/staging/vars.yaml": configMap("vars", "flux-system", "REPLICAS: '1'", "HOST: staging.example.org"),
  "apps/prod/kustomization.yaml": "resources: [../base]\nnamespace: shop\n",
  "apps/staging/kustomization.yaml": "resources: [../base]\nnamespace: shop-staging\n",
  "apps/base/kustomization.yaml": "resources:\n  - web.yaml\n",
  "apps/base/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: \${REPLICAS}
  template:
    spec:
      containers:
        - name: web
          image: shop/web:1.4.2
          env:
            - name: HOST
              value: https://\${HOST}/
`,
};

/** `postBuild.substituteFrom` with one entry. */
export function variablesOf(kind: string, name: string, optional = false): string {
  return `  postBuild:\n    substituteFrom:\n      - kind: ${kind}\n        name: ${name}\n        optional: ${optional}\n`;
}

/** A cluster that runs these Kustomizations (name and path), and these other objects. */
export function worldOf(running: Readonly<Record<string, string>>, objects: readonly KubernetesObject[] = []): World {
  const kustomizations = Object.entries(running).map(([name, path]): KubernetesObject => {
    const spec = { interval: "10m", path, prune: true, sourceRef: { kind: "GitRepository", name: "flux-system" } };
    return {
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata: { name, namespace: "flux-system" },
      spec,
    };
  });
  const listed = new Set(["/ConfigMap", "kustomize.toolkit.fluxcd.io/Kustomization"]);
  return { now: new Date(0), objects: [...kustomizations, ...objects], listed, logs: new Map(), unknown: [] };
}
