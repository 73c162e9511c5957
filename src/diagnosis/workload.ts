import { own } from "../manifest/json.ts";
import type { FieldPath } from "../manifest/path.ts";
import type { Json, JsonMap } from "../signal/object.ts";
import { listAt, mapAt, numberAt, textAt, textsAt } from "./read.ts";

/** What makes pods: where its pod template stands, with the template's labels and spec. */
export type PodTemplate = {
  /** The path of the pod spec in the object: `spec.template.spec`, or `spec` of a Pod. */
  readonly path: FieldPath;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: JsonMap;
};

/** One container of a pod spec. */
export type Container = {
  readonly name: string;
  readonly isInit: boolean;
  /** The path of the container in its object, list items by name. */
  readonly path: FieldPath;
  readonly image: string;
  readonly spec: JsonMap;
};

const TEMPLATES: Readonly<Record<string, FieldPath>> = {
  Deployment: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  ReplicationController: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  Pod: [],
};

/** The pod template of an object, or undefined where it makes no pods or there is no object. */
export function podTemplateOf(object: Json | undefined): PodTemplate | undefined {
  const path = own(TEMPLATES, textAt(object, "kind") ?? "");
  if (path === undefined) return undefined;
  return {
    path: [...path, "spec"],
    labels: textsAt(object, ...path, "metadata", "labels"),
    spec: mapAt(object, ...path, "spec"),
  };
}

/** Every container of a pod template, init containers first; none where there is no template. */
export function containersOf(template: PodTemplate | undefined): readonly Container[] {
  if (template === undefined) return [];
  return (["initContainers", "containers"] as const).flatMap((list) =>
    listAt(template.spec, list).map((container) => {
      const name = textAt(container, "name") ?? "";
      return {
        name,
        isInit: list === "initContainers",
        path: [...template.path, list, `[name=${name}]`],
        image: textAt(container, "image") ?? "",
        spec: mapAt(container),
      };
    }),
  );
}

/** The container of this name that an object runs; undefined where it runs none of that name. */
export function containerNamed(object: Json | undefined, name: string): Container | undefined {
  return containersOf(podTemplateOf(object)).find((container) => container.name === name);
}

/** One port that a container declares. */
export type ContainerPort = { readonly name: string | null; readonly port: number; readonly protocol: string };

/** The ports that a container declares. */
export function portsOf(container: Container): readonly ContainerPort[] {
  return listAt(container.spec, "ports").flatMap((entry) => {
    const port = numberAt(entry, "containerPort");
    if (port === undefined) return [];
    return [{ name: textAt(entry, "name") ?? null, port, protocol: textAt(entry, "protocol") ?? "TCP" }];
  });
}

/** One reference of a container or volume to a ConfigMap, Secret or claim, with where it stands. */
export type Reference = {
  readonly kind: "ConfigMap" | "Secret" | "PersistentVolumeClaim";
  readonly name: string;
  /** The one key that is asked for, or null for the whole object. */
  readonly key: string | null;
  readonly optional: boolean;
  /** The path of the name in the workload; the key's path is beside it. */
  readonly path: FieldPath;
  readonly keyPath: FieldPath | null;
};

/** Every reference that a pod template makes, in the order in which it is written; none where there is no template. */
export function referencesOf(template: PodTemplate | undefined): readonly Reference[] {
  if (template === undefined) return [];
  return [
    ...containersOf(template).flatMap((container) => [...envReferences(container), ...envFromReferences(container)]),
    ...listAt(template.spec, "volumes").flatMap((volume, index) => volumeReferences(template, volume, index)),
    ...listAt(template.spec, "imagePullSecrets").flatMap((secret, index) => {
      const name = textAt(secret, "name");
      const path = [...template.path, "imagePullSecrets", index, "name"];
      return name === undefined
        ? []
        : [{ kind: "Secret" as const, name, key: null, optional: true, path, keyPath: null }];
    }),
  ];
}

function envReferences(container: Container): readonly Reference[] {
  return listAt(container.spec, "env").flatMap((entry) => {
    const variable = textAt(entry, "name") ?? "";
    return (["configMapKeyRef", "secretKeyRef"] as const).flatMap((field) => {
      const name = textAt(entry, "valueFrom", field, "name");
      const key = textAt(entry, "valueFrom", field, "key") ?? null;
      if (name === undefined) return [];
      const path = [...container.path, "env", `[name=${variable}]`, "valueFrom", field];
      const optional = mapAt(entry, "valueFrom", field)["optional"] === true;
      const kind = field === "secretKeyRef" ? "Secret" : "ConfigMap";
      return [{ kind, name, key, optional, path: [...path, "name"], keyPath: [...path, "key"] }];
    });
  });
}

function envFromReferences(container: Container): readonly Reference[] {
  return listAt(container.spec, "envFrom").flatMap((entry, index) =>
    (["configMapRef", "secretRef"] as const).flatMap((field) => {
      const name = textAt(entry, field, "name");
      if (name === undefined) return [];
      const path = [...container.path, "envFrom", index, field, "name"];
      const kind = field === "secretRef" ? "Secret" : "ConfigMap";
      const optional = mapAt(entry, field)["optional"] === true;
      return [{ kind, name, key: null, optional, path, keyPath: null }];
    }),
  );
}

function volumeReferences(template: PodTemplate, volume: Json | undefined, index: number): readonly Reference[] {
  const name = textAt(volume, "name");
  const at = [...template.path, "volumes", name === undefined ? index : `[name=${name}]`];
  const claimPath = ["persistentVolumeClaim", "claimName"];
  const claim = textAt(volume, ...claimPath);
  const projected = listAt(volume, "projected", "sources").flatMap((source, position) =>
    sourceReferences(source, [...at, "projected", "sources", position], "name"),
  );
  return [
    ...sourceReferences(volume, at, "secretName"),
    ...projected,
    ...(claim === undefined ? [] : [claimReference(claim, [...at, ...claimPath])]),
  ];
}

function claimReference(name: string, path: FieldPath): Reference {
  return { kind: "PersistentVolumeClaim", name, key: null, optional: false, path, keyPath: null };
}

function sourceReferences(source: Json | undefined, at: FieldPath, secretField: string): readonly Reference[] {
  return (["configMap", "secret"] as const).flatMap((field) => {
    const nameField = field === "secret" ? secretField : "name";
    const name = textAt(source, field, nameField);
    if (name === undefined) return [];
    const kind = field === "secret" ? "Secret" : "ConfigMap";
    const optional = mapAt(source, field)["optional"] === true;
    const path = [...at, field, nameField];
    const whole = { kind, name, key: null, optional, path, keyPath: null } as const;
    const items = listAt(source, field, "items").flatMap((item, index) => {
      const key = textAt(item, "key");
      return key === undefined ? [] : [{ ...whole, key, keyPath: [...at, field, "items", index, "key"] }];
    });
    return [whole, ...items];
  });
}
