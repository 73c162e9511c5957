/** How many levels are read: no object of Kubernetes comes near it, and every step of ours can follow this far down. */
export const DEEPEST = 500;

/** Whether a value has more levels of maps and lists than can be followed. */
export function isTooDeep(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const key in value) if (isTooDeep((value as Record<string, unknown>)[key], levels - 1)) return true;
  return false;
}
