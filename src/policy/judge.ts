import type { CelMap } from "./cel.ts";
import { contextOf, oakumOf } from "./context.ts";
import type { PolicyFinding } from "./finding.ts";
import { isMatched } from "./match.ts";
import type { Policy, Sentence } from "./policy.ts";
import { type ChangedObject, operationOn, type Subject } from "./subject.ts";

/** What all policies together say of a change. */
export type Verdict = { readonly allowed: boolean; readonly findings: readonly PolicyFinding[] };

/** Asks every policy. No policies means no permission. */
export function judge(policies: readonly Policy[], subject: Subject): Verdict {
  const oakum = oakumOf(subject);
  const findings = policies.flatMap((policy) => findingsOf(policy, subject, oakum));
  return { allowed: findings.length > 0 && findings.every(({ satisfied }) => satisfied), findings };
}

function findingsOf(policy: Policy, { objects }: Subject, oakum: CelMap): readonly PolicyFinding[] {
  const asked = policy.objects === null ? [null] : objects.filter((changed) => concerns(policy, changed));
  const failures = new Set(asked.flatMap((changed) => failuresOf(policy, contextOf(policy, oakum, changed))));
  if (failures.size > 0) return [...failures].map((sentence) => ({ check: policy.name, satisfied: false, sentence }));
  const sentence = say(policy.satisfied, contextOf(policy, oakum, null));
  return [{ check: policy.name, satisfied: true, sentence }];
}

function concerns({ objects }: Policy, changed: ChangedObject): boolean {
  const operation = operationOn(changed);
  const isIn = (rules: NonNullable<Policy["objects"]>["included"]): boolean =>
    rules.some((rule) => isMatched(rule, changed.ref, operation));
  return objects !== null && isIn(objects.included) && !isIn(objects.excluded);
}

function failuresOf({ conditions, validations }: Policy, context: CelMap): readonly string[] {
  try {
    if (!conditions.every((holds) => isTrue(holds(context)))) return [];
    return validations.flatMap(({ holds, otherwise }) => (isTrue(holds(context)) ? [] : [say(otherwise, context)]));
  } catch (error) {
    // Kubernetes' failurePolicy Fail: what cannot be answered is no permission.
    return [`It cannot be answered, which is no permission: ${error instanceof Error ? error.message : error}.`];
  }
}

function isTrue(answer: unknown): boolean {
  if (typeof answer !== "boolean") throw new Error(`expected true or false, found ${typeof answer}`);
  return answer;
}

function say({ text, expression }: Sentence, context: CelMap): string {
  if (expression === null) return text;
  try {
    return String(expression(context));
  } catch {
    return text;
  }
}
