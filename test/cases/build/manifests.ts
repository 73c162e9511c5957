import type { Manifest } from "./tree.ts";

type Map = Readonly<Record<string, unknown>>;

/** What a workload of a story is made of; what is left out is as most people write it. */
export type App = {
  readonly name: string;
  readonly namespace?: string;
  readonly image?: string;
  readonly replicas?: number;
  readonly port?: number | null;
  readonly env?: Readonly<Record<string, string | Map>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** More of the container, such as `command` or `livenessProbe`. */
  readonly container?: Map;
  /** More of the pod, such as `volumes` or `nodeSelector`. */
  readonly pod?: Map;
};

const NAMESPACE = "shop";

function meta(name: string, namespace: string | undefined = NAMESPACE, labels?: Map): Manifest["metadata"] {
  return { name, namespace, ...(labels === undefined ? {} : { labels }) };
}

function templateOf(app: App): Map {
  const {
    name,
    image = `registry.example.test/shop/${name}:1.4.2`,
    port = 8080,
    env = {},
    labels = { app: name },
  } = app;
  const variables = Object.entries(env).map(([key, value]) =>
    typeof value === "string" ? { name: key, value } : { name: key, valueFrom: value },
  );
  const container = {
    name,
    image,
    ...(port === null ? {} : { ports: [{ name: "http", containerPort: port }] }),
    ...(variables.length === 0 ? {} : { env: variables }),
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    ...app.container,
  };
  return { metadata: { labels }, spec: { containers: [container], ...app.pod } };
}

/** A Deployment with one container. */
export function deployment(app: App): Manifest {
  const { name, namespace, replicas = 2, labels = { app: name } } = app;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta(name, namespace, labels),
    spec: { replicas, selector: { matchLabels: labels }, template: templateOf(app) },
  };
}

/** A StatefulSet with one container and, where asked for, one claim template. */
export function statefulSet(app: App & { readonly claim?: Map }): Manifest {
  const { name, namespace, replicas = 1, labels = { app: name }, claim } = app;
  const templates = claim === undefined ? {} : { volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }] };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: meta(name, namespace, labels),
    spec: { replicas, serviceName: name, selector: { matchLabels: labels }, template: templateOf(app), ...templates },
  };
}

/** A DaemonSet with one container. */
export function daemonSet(app: App): Manifest {
  const { name, namespace, labels = { app: name } } = app;
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: meta(name, namespace, labels),
    spec: { selector: { matchLabels: labels }, template: templateOf(app) },
  };
}

/** A bare pod, as quick starts have them. */
export function pod(app: App): Manifest {
  const { name, namespace, labels = { app: name } } = app;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: meta(name, namespace, labels),
    spec: (templateOf(app) as { readonly spec: Map }).spec,
  };
}

/** A Job that runs once. */
export function job(app: App & { readonly backoffLimit?: number }): Manifest {
  const { name, namespace, backoffLimit = 3 } = app;
  const template = templateOf({ ...app, port: null, pod: { restartPolicy: "Never", ...app.pod } });
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: meta(name, namespace, { app: name }),
    spec: { backoffLimit, template },
  };
}

/** A CronJob. */
export function cronJob(app: App & { readonly schedule: string; readonly suspend?: boolean }): Manifest {
  const { name, namespace, schedule, suspend } = app;
  const template = templateOf({ ...app, port: null, pod: { restartPolicy: "Never", ...app.pod } });
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: meta(name, namespace, { app: name }),
    spec: {
      schedule,
      ...(suspend === undefined ? {} : { suspend }),
      jobTemplate: { spec: { backoffLimit: 1, template } },
    },
  };
}

/** A Service that sends to the pods of an app of the same name. */
export function service(
  name: string,
  { namespace, port = 80, target = 8080, selector = { app: name } }: ServiceParts = {},
): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: meta(name, namespace),
    spec: { selector, ports: [{ name: "http", port, targetPort: target }] },
  };
}

type ServiceParts = {
  readonly namespace?: string;
  readonly port?: number;
  readonly target?: number | string;
  readonly selector?: Readonly<Record<string, string>>;
};

/** Any other object of a namespace. */
export function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: Map,
  namespace: string = NAMESPACE,
): Manifest {
  return { apiVersion, kind, metadata: meta(name, namespace), ...rest };
}

/** An object of no namespace. */
export function clusterObject(apiVersion: string, kind: string, name: string, rest: Map): Manifest {
  return { apiVersion, kind, metadata: { name }, ...rest };
}

/** A ConfigMap. */
export function configMap(name: string, data: Readonly<Record<string, string>>, namespace?: string): Manifest {
  return object("v1", "ConfigMap", name, { data }, namespace);
}

/** A claim on storage. */
export function claim(name: string, spec: Map, namespace?: string): Manifest {
  const usual = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "5Gi" } } };
  return object("v1", "PersistentVolumeClaim", name, { spec: { ...usual, ...spec } }, namespace);
}

/** Reads one key of a ConfigMap or Secret into a variable. */
export function from(kind: "configMap" | "secret", name: string, key: string): Map {
  return { [`${kind}KeyRef`]: { name, key } };
}

/** An HTTP probe. */
export function httpGet(path: string, port: number | string, rest: Map = {}): Map {
  return { httpGet: { path, port }, periodSeconds: 10, ...rest };
}
