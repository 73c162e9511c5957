import type { FluxKustomization } from "../manifest/flux/kustomization.ts";
import type { Manifests } from "../manifest/manifests.ts";
import type { Rendering } from "../manifest/rendered.ts";
import { type Pair, pairsOf } from "./pairs.ts";

/** One Kustomization as it renders before and after a change; a rendering is undefined where the Kustomization is not there. */
export type Look = {
  readonly kustomization: FluxKustomization;
  readonly before: Rendering | undefined;
  readonly after: Rendering | undefined;
  readonly pairs: readonly Pair[];
  /** It builds after the change only, or is made by one that does. */
  readonly isMended: boolean;
};

/** Every Kustomization and release that reads one of the files, before the change or after it; parents come first. */
export function looksAt(before: Manifests, after: Manifests, files: readonly string[]): readonly Look[] {
  const readers = files.flatMap((file) => [...before.consumersOf(file), ...after.consumersOf(file)]);
  const reading = new Set(readers.map(({ id }) => id));
  const known = new Map([...renderersOf(before), ...renderersOf(after)].map((one) => [one.id, one]));
  const mended = new Set<string>();
  return [...known.values()]
    .filter(({ id }) => reading.has(id))
    .map((kustomization) => {
      const { id, parent } = kustomization;
      const [old, fresh] = [renderingOf(before, id), renderingOf(after, id)];
      const isNew = old === undefined && parent !== null && mended.has(parent);
      const isMended = fresh?.ok === true && (old?.ok === false || isNew);
      if (isMended) mended.add(id);
      return { kustomization, before: old, after: fresh, isMended, pairs: old === fresh ? [] : pairsOf(old, fresh) };
    });
}

/** Every Kustomization, then every release: what one makes comes after it. */
export function renderersOf({ kustomizations, releases }: Manifests): readonly FluxKustomization[] {
  return [...kustomizations, ...releases];
}

function renderingOf(manifests: Manifests, id: string): Rendering | undefined {
  return renderersOf(manifests).some((one) => one.id === id) ? manifests.render(id) : undefined;
}
