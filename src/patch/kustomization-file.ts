import { KUSTOMIZATION_FILES } from "../manifest/kustomize/open-folder.ts";

/** Whether a path names a folder's kustomization file. */
export function isKustomizationFile(path: string): boolean {
  return KUSTOMIZATION_FILES.includes(path.slice(path.lastIndexOf("/") + 1));
}
