import type { Commit } from "../../src/evidence/commit.ts";
import { type Manifests, openManifests } from "../../src/manifest/manifests.ts";
import { treeOf } from "../../src/manifest/tree.ts";
import type { ObjectRef } from "../../src/signal/object.ts";
import { flux } from "../manifest/flux/fleet.ts";

const VARIABLES = `  postBuild:
    substituteFrom:
      - kind: ConfigMap
        name: vars
`;

const vars = (level: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: vars
  namespace: flux-system
data:
  level: ${level}
`;

const overlay = (namespace: string, tag: string): string => `resources:
  - ../base
namespace: ${namespace}
images:
  - name: shop/web
    newTag: ${tag} # {"$imagepolicy": "flux-system:web"}
configMapGenerator:
  - name: settings
    literals:
      - mode=fast
      - page=48
patches:
  - target: {kind: Deployment, name: web}
    patch: |-
      - op: replace
        path: /spec/template/spec/containers/0/env/0/value
        value: "\${level}"
`;

/** A small shop in two clusters that share a base. */
export const SHOP: Readonly<Record<string, string>> = {
  "clusters/prod/flux-system/gotk-sync.yaml": `${flux("flux-system", "./clusters/prod")}---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  url: https://example.test/shop
`,
  "clusters/prod/apps.yaml": flux("apps", "./apps/prod", VARIABLES),
  "clusters/prod/vars.yaml": vars("info"),
  "clusters/staging/flux-system/gotk-sync.yaml": flux("flux-system", "./clusters/staging"),
  "clusters/staging/apps.yaml": flux("apps", "./apps/staging", VARIABLES),
  "clusters/staging/vars.yaml": vars("debug"),
  "apps/prod/kustomization.yaml": overlay("shop", "1.4.2"),
  "apps/staging/kustomization.yaml": overlay("shop-staging", "1.5.0"),
  "apps/base/kustomization.yaml": "resources:\n  - web.yaml\n  - service.yaml\n",
  "apps/base/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: web
          image: shop/web
          env:
            - name: LEVEL
              value: warn
          envFrom:
            - configMapRef:
                name: settings
          resources:
            limits:
              memory: 384Mi # nine days without a kill
`,
  "apps/base/service.yaml": `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - name: http
      port: 80
`,
};

/** The shop with some files changed or removed. */
export function shop(changed: Readonly<Record<string, string | null>> = {}): Manifests {
  const files = Object.entries({ ...SHOP, ...changed }).flatMap(([path, text]) =>
    text === null ? [] : [[path, text]],
  );
  return openManifests(treeOf(Object.fromEntries(files)), null);
}

/** The commit that made the shop what it is, from what it was. */
export function commitTo(changed: Readonly<Record<string, string | null>>): Commit {
  const bytes = (text: string | null | undefined): Uint8Array | null =>
    text === null || text === undefined ? null : new TextEncoder().encode(text);
  const files = Object.entries(changed).map(([path, text]) => ({
    path,
    before: bytes(SHOP[path]),
    after: bytes(text),
  }));
  return { hash: "c0ffee", author: "Ann", at: "2026-11-20T10:00:00Z", subject: "Tune the shop", files, unread: [] };
}

export const WEB: ObjectRef = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };
