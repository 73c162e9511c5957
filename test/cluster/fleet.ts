import type { KubernetesObject } from "../../src/signal/object.ts";

const deployment = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 2
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers:
        - name: ${name}
          image: registry.test/shop/${name}
          ports: [{ containerPort: 8080, name: http }]
`;

const service = (name: string): string => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector: { app: ${name} }
  ports: [{ port: 80, targetPort: http }]
`;

/** The kustomization of an app, with the tag of its image. */
export const kustomization = (name: string, tag: string): string => `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop
resources:
  - deployment.yaml
  - service.yaml
images:
  - name: registry.test/shop/${name}
    newTag: ${tag} # what runs in production
`;

/** The Flux Kustomization of an app, with the folder that it applies. */
export const applied = (name: string, path: string): string => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: flux-system
spec:
  interval: 10m
  retryInterval: 5s
  timeout: 30s
  wait: true
  prune: true
  path: ${path}
  sourceRef: { kind: GitRepository, name: flux-system }
`;

const app = (name: string, tag: string) => ({
  [`clusters/prod/${name}.yaml`]: applied(name, `./apps/${name}`),
  [`apps/${name}/kustomization.yaml`]: kustomization(name, tag),
  [`apps/${name}/deployment.yaml`]: deployment(name),
  [`apps/${name}/service.yaml`]: service(name),
});

/** The repository while all is well. */
export const FILES: Readonly<Record<string, string>> = { ...app("catalog", "1.4.0"), ...app("cart", "3.1.0") };

const flux = { namespace: "flux-system", name: "flux-system" } as const;

/** What stands in the cluster before Flux does its work. */
export const GROUND: readonly KubernetesObject[] = [
  ...["flux-system", "shop"].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
  ...["node-1", "node-2"].map((name) => ({ apiVersion: "v1", kind: "Node", metadata: { name } })),
  {
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "GitRepository",
    metadata: flux,
    spec: { interval: "1m", url: "https://github.com/larkspur/fleet", ref: { branch: "main" } },
  },
  {
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    metadata: flux,
    spec: {
      interval: "10m",
      path: "./clusters/prod",
      prune: true,
      sourceRef: { kind: "GitRepository", name: flux.name },
    },
  },
];
