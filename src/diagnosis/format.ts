import type { Suspect } from "./suspect.ts";

/** Whether a line speaks of the format that a changed key has by its name: `yaml: line 5: …` of `limits.yaml`. */
export function isOfFormat(line: string, suspect: Suspect): boolean {
  const format = /\.(ya?ml|json|toml|ini|xml|properties)$/.exec(String(suspect.path.at(-1)))?.[1];
  return format !== undefined && new RegExp(`\\b${format.replace("yml", "yaml")}\\b`, "i").test(line);
}

/** Whether a value could be read as JSON before a change, and cannot any more. */
export function breaksJson({ from, to }: Suspect): boolean {
  return typeof from === "string" && typeof to === "string" && isJson(from) && !isJson(to);
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
