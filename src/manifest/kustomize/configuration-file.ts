import { fieldOf, type Mapping, type Scalar, scalarsOf, textOf } from "../yaml/node.ts";
import { type Configuration, mergeConfigurations, type NameReference, NO_CONFIGURATION } from "./configuration.ts";
import { configurationOfCrds } from "./crds.ts";
import { DEFAULT_CONFIGURATION } from "./default-configuration.ts";
import type { Folder } from "./folder.ts";
import { TRANSFORMER_CONFIGURATION } from "./kustomization-shape.ts";
import { conform } from "./shape.ts";
import { fieldSpecsIn } from "./step.ts";

/** What the steps of a folder reach: the defaults, its `configurations` and its `crds`. */
export function configurationOf(folder: Folder): Configuration {
  const files = (key: string): readonly Scalar[] => scalarsOf(fieldOf(folder.kustomization, key));
  const configured = files("configurations").map((path) => readConfigurations(path, folder));
  const described = files("crds").map((path) => readCrds(path, folder));
  return [...configured, ...described].reduce(mergeConfigurations, DEFAULT_CONFIGURATION);
}

function readConfigurations(path: Scalar, folder: Folder): Configuration {
  const file = folder.pathTo(path);
  const document = folder.loader.configuration(file, "resource", folder.loader.bytesOf(file, path));
  if (document === undefined) return NO_CONFIGURATION;
  const said = conform(document, TRANSFORMER_CONFIGURATION, "") as Mapping;
  return {
    namePrefix: fieldSpecsIn(said, "namePrefix"),
    nameSuffix: fieldSpecsIn(said, "nameSuffix"),
    namespace: fieldSpecsIn(said, "namespace"),
    commonLabels: fieldSpecsIn(said, "commonLabels"),
    labels: fieldSpecsIn(said, "labels"),
    templateLabels: fieldSpecsIn(said, "templateLabels"),
    commonAnnotations: fieldSpecsIn(said, "commonAnnotations"),
    nameReference: nameReferences(said),
    varReference: fieldSpecsIn(said, "varReference"),
    images: fieldSpecsIn(said, "images"),
    replicas: fieldSpecsIn(said, "replicas"),
  };
}

function nameReferences(said: Mapping): readonly NameReference[] {
  const list = fieldOf(said, "nameReference");
  const items = list?.kind === "list" ? list.items : [];
  return items.map((item) => ({
    group: textOf(fieldOf(item, "group")),
    version: textOf(fieldOf(item, "version")),
    kind: textOf(fieldOf(item, "kind")),
    referrers: fieldSpecsIn(item, "fieldSpecs"),
  }));
}

function readCrds(path: Scalar, folder: Folder): Configuration {
  const file = folder.pathTo(path);
  const document = folder.loader.configuration(file, "resource", folder.loader.bytesOf(file, path));
  return document === undefined ? NO_CONFIGURATION : configurationOfCrds(document);
}
