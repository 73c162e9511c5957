import { Malformed } from "./cursor.ts";
import type { Scanner } from "./scan.ts";
import { malformed, type Token } from "./token.ts";

const DEFAULT_TAGS: readonly (readonly [string, string])[] = [
  ["!", "!"],
  ["!!", "tag:yaml.org,2002:"],
];

/** What the handles of a document's tags stand for: `!!` and `!`, and what its `%TAG` lines say. */
export class TagHandles {
  readonly #prefixes: ReadonlyMap<string, string>;

  constructor(stated: ReadonlyMap<string, string> = new Map()) {
    this.#prefixes = new Map([...DEFAULT_TAGS, ...stated]);
  }

  /** The whole tag; throws Malformed, at `start`, where nothing says what its handle stands for. */
  resolve({ text: handle, suffix }: Token, start: number): string {
    if (handle === "") return suffix;
    const prefix = this.#prefixes.get(handle);
    if (prefix === undefined) throw new Malformed("MALFORMED_YAML", "found undefined tag handle", start);
    return prefix + suffix;
  }
}

/** Takes the `%` lines before a document and its `---`; throws Malformed where another thing stands there. */
export function readDirectives(scanner: Scanner): TagHandles {
  const tags = new Map<string, string>();
  let hasVersion = false;
  for (let token = scanner.next(); token.kind !== "document-start"; token = scanner.next()) {
    if (token.kind === "version") {
      if (hasVersion) throw malformed("found duplicate %YAML directive", token);
      if (token.text !== "1.1") throw malformed("found incompatible YAML document", token);
      hasVersion = true;
    } else if (token.kind === "tag-directive") {
      if (tags.has(token.text)) throw malformed("found duplicate %TAG directive", token);
      tags.set(token.text, token.suffix);
    } else throw malformed("did not find expected <document start>", token);
  }
  return new TagHandles(tags);
}
