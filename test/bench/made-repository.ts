import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runGit } from "../forge/stand-in/git.ts";

/** In how many files one Kustomization of a made repository is written, and how many Deployments it renders. */
export const MADE = { files: 7, workloads: 4 } as const;

/** A tag that the last commit of a made history gives to some images, and no registry has. */
export const BROKEN_TAG = "9.9.9-broken";

const SERVICES = ["api", "web", "worker", "cache"];
const SYNC = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 1m
  ref:
    branch: main
  url: ssh://git@git.example.test/platform/fleet
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 10m
  path: ./clusters/main
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
`;

/** Writes a GitOps repository of so many Kustomizations, each with workloads, patches, images and generators, into a folder. */
export async function makeRepository(folder: string, kustomizations: number): Promise<void> {
  await write(join(folder, "clusters/main/flux-system/gotk-sync.yaml"), SYNC);
  for (let index = 0; index < kustomizations; index += 1) {
    for (const [path, text] of filesOf(index)) await write(join(folder, path), text);
  }
}

/** Gives a made repository a history of two commits; the last one breaks an image in every so many Kustomizations. */
export async function makeHistory(folder: string, kustomizations: number, breakEach: number): Promise<void> {
  const commit = async (subject: string, date: string): Promise<void> => {
    const [name, email] = ["Robin", "robin@example.test"];
    const who = {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
    };
    await runGit(["-C", folder, "add", "--all"]);
    const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    await runGit(["-C", folder, "commit", "--quiet", "--message", subject], undefined, { ...who, ...dates });
  };
  await runGit(["-C", folder, "init", "--quiet", "--initial-branch", "main"]);
  await commit("Run the applications", "2026-09-01T07:00:00Z");
  for (let index = 0; index < kustomizations; index += breakEach) {
    await write(join(folder, folderOf(index), "kustomization.yaml"), kustomization(index, BROKEN_TAG));
  }
  await commit("Roll out the new api", "2026-11-16T19:15:00Z");
}

/** The folder that a Kustomization of a made repository builds. */
export function folderOf(index: number): string {
  return `apps/team-${index % 10}/app-${index}`;
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function filesOf(index: number): readonly (readonly [string, string])[] {
  const folder = folderOf(index);
  const each = (make: (service: string) => string): string => SERVICES.map(make).join("---\n");
  return [
    [`clusters/main/apps/app-${index}.yaml`, fluxKustomization(index)],
    [`${folder}/kustomization.yaml`, kustomization(index)],
    [`${folder}/deployments.yaml`, each((service) => deployment(service, index))],
    [`${folder}/services.yaml`, each(service)],
    [`${folder}/autoscalers.yaml`, each(autoscaler)],
    [`${folder}/budgets.yaml`, each(budget)],
    [`${folder}/settings.env`, `LOG_LEVEL=info\nREGION=\${region}\nSHARD=${index}\n`],
  ];
}

function fluxKustomization(index: number): string {
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: app-${index}
  namespace: flux-system
spec:
  interval: 10m
  path: ./${folderOf(index)}
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
  postBuild:
    substitute:
      region: eu-west-${index % 3}
`;
}

function kustomization(index: number, tag = `1.${index}.0`): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: app-${index}
resources:
  - deployments.yaml
  - services.yaml
  - autoscalers.yaml
  - budgets.yaml
labels:
  - pairs:
      app.kubernetes.io/part-of: app-${index}
configMapGenerator:
${SERVICES.map((name) => `  - name: ${name}-settings\n    envs:\n      - settings.env\n`).join("")}images:
  - name: registry.example.test/api
    newTag: ${tag}
patches:
  - target:
      kind: Deployment
      name: worker
    patch: |
      - op: replace
        path: /spec/replicas
        value: 3
`;
}

function deployment(service: string, index: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${service}
  annotations:
    example.test/owner: team-${index % 10}
spec:
  replicas: 2 # one a zone
  revisionHistoryLimit: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: ${service}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${service}
    spec:
      serviceAccountName: default
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
      containers:
        - name: app
          image: registry.example.test/${service}:1.0.0
          args: ["--listen", ":8080", "--region", "\${region}"]
          envFrom:
            - configMapRef:
                name: ${service}-settings
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            periodSeconds: 5
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
`;
}

function service(name: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app.kubernetes.io/name: ${name}
  ports:
    - name: http
      port: 80
      targetPort: http
`;
}

function autoscaler(name: string): string {
  return `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${name}
spec:
  minReplicas: 2
  maxReplicas: 6
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: ${name}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 80
`;
}

function budget(name: string): string {
  return `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${name}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
`;
}
