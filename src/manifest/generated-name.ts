// What kustomize adds to the name of what it generates: a hash of the content.
const HASH = /-[bcdfghkmt2456789]{10}$/;

/** Whether a name ends as those of generated ConfigMaps and Secrets do. */
export function hasHash(name: string): boolean {
  return HASH.test(name);
}

/** A name without the hash of its content, where it has one. */
export function stemOf(name: string): string {
  return name.replace(HASH, "");
}
