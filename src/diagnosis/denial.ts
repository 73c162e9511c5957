import { itemSelector } from "../manifest/path.ts";
import type { Category } from "./category.ts";
import { hasWord, newWords } from "./match.ts";
import { quantityOf } from "./quantity.ts";
import type { Suspect } from "./suspect.ts";

const DENIED = /admission webhook "([^"]+)" denied|ValidatingAdmissionPolicy '([^']+)' with binding/;

/** The admission webhook or policy that a refusal says it comes from. */
export function denierIn(text: string): string | undefined {
  const found = DENIED.exec(text);
  return found?.[1] ?? found?.[2];
}

/** What it is called that a webhook or an admission policy says no. */
export function categoryOfDenial(text: string): Category {
  const denier = denierIn(text) ?? "";
  if (/prometheusrule|alert|vmrule/i.test(denier)) return "alert_rule";
  const isPolicy = text.includes("ValidatingAdmissionPolicy") || POLICY_ENGINE.test(denier);
  return isPolicy ? "policy_scan" : "webhook_mesh";
}

const POLICY_ENGINE = /gatekeeper|kyverno|policy|opa|kubewarden|polaris/i;

/**
 * Whether a policy's complaint speaks of this change: of a field that it names, or of what is new in a value. An
 * innocent commit is denied too once the policy has become stricter.
 */
export function speaksOf(text: string, suspect: Suspect): boolean {
  if (wentTheOtherWay(text, suspect)) return false;
  if (suspect.path.at(-1) === "image") return speaksOfImage(text, suspect);
  const said = text.toLowerCase();
  const fields = [...stepsOf(suspect), ...keysOf(suspect.from), ...keysOf(suspect.to)];
  return (
    fields.some((field) => isSaid(said, field)) ||
    newWords(suspect).some((word) => word.length > 3 && hasWord(text, word))
  );
}

// As it is written, or in words: "service account token" for automountServiceAccountToken, "allow-http" for the
// annotation kubernetes.io/ingress.allow-http.
function isSaid(said: string, field: string): boolean {
  const last = field.split(/[/.]/).at(-1) ?? field;
  const words = last.split(/(?=[A-Z])/).map((word) => word.toLowerCase().replace(/s$/, ""));
  return (
    isWritten(said, field) || isWritten(said, last) || (words.length > 1 && words.every((word) => said.includes(word)))
  );
}

// Three letters are found in any text.
function isWritten(said: string, field: string): boolean {
  const stem = field.toLowerCase().replace(/s$/, "");
  return stem.length > 3 ? said.includes(stem) : hasWord(said, field.toLowerCase());
}

// Words of every manifest, that tell no field from another.
const GENERAL = new Set(
  "metadata spec template jobTemplate containers initContainers securityContext labels annotations matchLabels groups rules name value key path port type data".split(
    " ",
  ),
);

function stepsOf({ path }: Suspect): readonly string[] {
  const named = path.filter((step) => typeof step === "string" && itemSelector(step) === undefined).map(String);
  return named.slice(-2).filter((step) => !GENERAL.has(step));
}

function keysOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value).filter((key) => key.length > 3 && !GENERAL.has(key));
  return [...own, ...Object.values(value).flatMap(keysOf)];
}

// Less than before is not too much, and more is not too little.
function wentTheOtherWay(text: string, { from, to }: Suspect): boolean {
  const [before, now] = [quantityOf(from), quantityOf(to)];
  if (before === undefined || now === undefined || before === now) return false;
  return now < before ? TOO_MUCH.test(text) : TOO_LITTLE.test(text);
}

const TOO_MUCH = /higher than|greater than|more than|exceed|maximum|at most/i;
const TOO_LITTLE = /lower than|less than|fewer than|minimum|at least/i;

// Another tag of the same repository is at fault only where the policy is about tags.
function speaksOfImage(text: string, { from, to }: Suspect): boolean {
  if (!text.includes(String(to)) || isNoneAllowed(text, [from, to])) return false;
  return repositoryOf(from) !== repositoryOf(to) || /\btags?\b|digest|\blatest\b/i.test(text.replace(String(to), ""));
}

// `allowed repos are ["registry.test/", "mirror.test/shop"]`
function isNoneAllowed(text: string, images: readonly unknown[]): boolean {
  const list = /\ballowed[^[]{0,40}\[([^\]]+)\]/.exec(text)?.[1];
  const allowed = [...(list ?? "").matchAll(/"([^"]+)"/g)].map(([, repository = ""]) => repository);
  return allowed.length > 0 && !images.some((image) => allowed.some((each) => String(image).startsWith(each)));
}

function repositoryOf(image: unknown): string {
  return String(image)
    .replace(/@.*$/, "")
    .replace(/:[^/:]+$/, "");
}
