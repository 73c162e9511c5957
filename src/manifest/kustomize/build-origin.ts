import { inFolder } from "../tree.ts";
import { fieldOf, textOf } from "../yaml/node.ts";
import type { Folder } from "./folder.ts";
import type { BuildOrigin, Resource } from "./resource.ts";

/** Says of a resource that kustomize itself made or changed it, as the folder asks. */
export function builtInOrigin(folder: Folder, at: string, kind: string): BuildOrigin {
  return {
    configuredIn: fileOf(folder, at),
    configuredBy: [
      ["apiVersion", "builtin"],
      ["kind", kind],
    ],
  };
}

/** Says of a resource that a plugin made or changed it. */
export function pluginOrigin({ node, id, origin }: Resource): BuildOrigin {
  const by = [
    ["apiVersion", textOf(fieldOf(node, "apiVersion"))],
    ["kind", id.kind],
    ["name", id.name],
    ["namespace", id.namespace],
  ] as const;
  const configuredIn = origin !== undefined && "path" in origin ? origin.path : "";
  return { configuredIn, configuredBy: by.filter(([, text]) => text !== "") };
}

/** The file that configures a folder, as seen from where the build began. */
export function fileOf({ file }: Folder, at: string): string {
  const name = file.split("/").at(-1) ?? file;
  return inFolder(at, name);
}

/** Two paths as one, cleaned; it may lead upwards. */
export function joined(folder: string, path: string): string {
  const steps: string[] = [];
  for (const step of `${folder}/${path}`.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === ".." && steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else steps.push(step);
  }
  return steps.join("/");
}
