import type { Place } from "../yaml/node.ts";
import { refuse } from "./refused.ts";

/** Whether labels meet a requirement. */
type Requirement = (labels: ReadonlyMap<string, string>) => boolean;

const KEY = "[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?";
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const COMPARISON = new RegExp(`^(${KEY})\\s*(==|=|!=|>|<)\\s*([-A-Za-z0-9_.]*)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${KEY})$`);

/** Reads a label selector as Kubernetes writes them (`app=shop,tier in (a, b),!legacy`); a bad one is refused. */
export function readLabelSelector(selector: string, because: Place): Requirement {
  const requirements = selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => requirement(part) ?? refuse("BAD_SELECTOR", `unable to parse requirement: ${part}`, because));
  return (labels) => requirements.every((isMet) => isMet(labels));
}

function requirement(part: string): Requirement | undefined {
  const [, setKey, setOperator, list] = SET.exec(part) ?? [];
  if (setKey !== undefined && list !== undefined) {
    const values = new Set(list.split(",").map((value) => value.trim()));
    return (labels) => values.has(labels.get(setKey) ?? "\n") === (setOperator === "in");
  }
  const [, key, operator, value = ""] = COMPARISON.exec(part) ?? [];
  if (key !== undefined) return comparison(key, operator ?? "", value);
  const [, not, name] = EXISTENCE.exec(part) ?? [];
  return name === undefined ? undefined : (labels) => labels.has(name) === (not === "");
}

function comparison(key: string, operator: string, value: string): Requirement | undefined {
  if (operator === "!=") return (labels) => labels.get(key) !== value;
  if (operator === "=" || operator === "==") return (labels) => labels.get(key) === value;
  if (!/^[-+]?[0-9]+$/.test(value)) return undefined;
  return (labels) => {
    const found = labels.get(key) ?? "";
    if (!/^[-+]?[0-9]+$/.test(found)) return false;
    return operator === ">" ? Number(found) > Number(value) : Number(found) < Number(value);
  };
}
