import { type Caller, isAllowed } from "./tokens.ts";

type Need = "app" | "any" | readonly [permission: string, level: "read" | "write"];

/** What GitHub asks of a caller, by the first part of an operation's id, where the operation itself is not listed. */
const NEEDS: Readonly<Record<string, readonly Need[]>> = {
  apps: ["app"],
  "apps/list-repos-accessible-to-installation": ["any"],
  "git read": [["contents", "read"]],
  "git write": [["contents", "write"]],
  "pulls read": [["pull_requests", "read"]],
  "pulls write": [["pull_requests", "write"]],
  // Comments and labels of pull requests are written with the right for either.
  "issues read": [
    ["issues", "read"],
    ["pull_requests", "read"],
  ],
  "issues write": [
    ["issues", "write"],
    ["pull_requests", "write"],
  ],
  "issues/create": [["issues", "write"]],
  "reactions write": [
    ["issues", "write"],
    ["pull_requests", "write"],
  ],
  "checks read": [["checks", "read"]],
  "checks write": [["checks", "write"]],
  "repos read": [["metadata", "read"]],
  "repos/compare-commits-with-basehead": [["contents", "read"]],
  "repos/download-tarball-archive": [["contents", "read"]],
  "repos/codeowners-errors": [["contents", "read"]],
};

/** Whether GitHub lets this caller do it. */
export function mayCall(caller: Caller, operation: string, method: string): boolean {
  const group = operation.split("/")[0] ?? "";
  const level = method === "GET" ? "read" : "write";
  const needs = NEEDS[operation] ?? NEEDS[`${group} ${level}`] ?? NEEDS[group] ?? [];
  return needs.some((need) => {
    if (need === "app") return caller.as === "app";
    return need === "any" ? caller.as === "installation" : isAllowed(caller, ...need);
  });
}
