/** The label on every issue and pull request of ours. */
export const OUR_LABEL = "oakum";

/** The label on a pull request that Oakum closed itself: that was no person's no, and the same may be asked again. */
export const TAKEN_BACK_LABEL = "oakum/taken-back";

const BRANCH_PREFIX = "oakum/";
const KEY = /^[a-z0-9][a-z0-9-]{0,99}$/;
const MARKER = /^<!-- oakum v1 key=(\S+) -->\s*(?:\n|$)/;

/**
 * The first line of everything Oakum writes on the forge, so that it finds it again. Anybody can paste it: what counts
 * is the marker together with the author.
 */
export function markerLine(key: string): string {
  return `<!-- oakum v1 key=${checked(key)} -->`;
}

/** The key in the first line of a text, or undefined where that line is no marker. */
export function markedKey(text: string): string | undefined {
  const key = MARKER.exec(text)?.[1];
  return key !== undefined && KEY.test(key) ? key : undefined;
}

/** The branch of the proposal with this key; the same key always has the same branch. */
export function branchOf(key: string): string {
  return BRANCH_PREFIX + checked(key);
}

/** The key of the proposal on this branch, or undefined where the branch is not one of ours. */
export function keyOfBranch(branch: string): string | undefined {
  const key = branch.startsWith(BRANCH_PREFIX) ? branch.slice(BRANCH_PREFIX.length) : "";
  return KEY.test(key) ? key : undefined;
}

function checked(key: string): string {
  if (KEY.test(key)) return key;
  throw new Error(`A key is made of lower-case letters, digits and dashes; "${key}" is not`);
}
