import type { Entry, Mapping, Place, Source } from "./node.ts";
import type { Pack } from "./pack.ts";
import { Packer } from "./packer.ts";

/**
 * The same objects in a tenth of the memory, for what is kept but seldom looked at: what they hold is made anew when it
 * is read after a while. What stands behind a field is kept as a place only.
 */
export function thinned(objects: readonly Mapping[]): readonly Mapping[] {
  const packer = new Packer();
  const begins = objects.map((object) => (object instanceof ThinMapping ? undefined : packer.add(object)));
  const pack = packer.pack();
  return objects.map((object, index) => {
    const at = begins[index];
    return at === undefined ? object : new ThinMapping(object, pack, at);
  });
}

const MOST_RECENT = 1_000;
/** The entries that were read last: a repository has more objects than are ever looked at together. */
const recent = new Map<ThinMapping, readonly Entry[]>();

class ThinMapping implements Mapping {
  readonly kind = "map";
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly behind: Place | undefined;
  declare readonly entries: readonly Entry[];
  readonly #pack: Pack;
  readonly #at: number;

  constructor({ source, start, end, behind, entries }: Mapping, pack: Pack, at: number) {
    this.source = source;
    this.start = start;
    this.end = end;
    this.behind = behind && placeOnly(behind);
    this.#pack = pack;
    this.#at = at;
    // A property of the object itself, so that a copy of it has entries too.
    Object.defineProperty(this, "entries", ENTRIES);
    remember(this, entries);
  }

  static entriesOf(thin: ThinMapping): readonly Entry[] {
    return recent.get(thin) ?? remember(thin, thin.#pack.objectAt(thin.#at).entries);
  }
}

const ENTRIES = {
  enumerable: true,
  get(this: ThinMapping): readonly Entry[] {
    return ThinMapping.entriesOf(this);
  },
};

function remember(thin: ThinMapping, entries: readonly Entry[]): readonly Entry[] {
  if (recent.size >= MOST_RECENT) {
    const [oldest] = recent.keys();
    if (oldest !== undefined) recent.delete(oldest);
  }
  recent.set(thin, entries);
  return entries;
}

function placeOnly({ source, start, end, behind }: Place): Place {
  return { source, start, end, behind: behind && placeOnly(behind) };
}
