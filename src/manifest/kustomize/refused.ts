import type { Place } from "../yaml/node.ts";

/** What stops a rendering where it stands; caught once, by the renderer, which makes a refusal of it. */
export class Refused extends Error {
  readonly code: string;
  /** Where it is told, or the file alone. */
  readonly place: Pick<Place, "source" | "start"> | { readonly file: string } | undefined;

  constructor(code: string, message: string, place?: Refused["place"]) {
    super(message);
    this.name = "Refused";
    this.code = code;
    this.place = place;
  }
}

/** Stops the rendering with a reason. */
export function refuse(code: string, message: string, place?: Refused["place"]): never {
  throw new Refused(code, message, place);
}
