import type { Refusal } from "./rendered.ts";
import type { Place } from "./yaml/node.ts";
import { positionAt } from "./yaml/text.ts";

/** A refusal with the line and the column of its place, where the file is there to count them. */
export function refusalAt(
  {
    code,
    message,
    place,
  }: { readonly code: string; readonly message: string; readonly place: Pick<Place, "source" | "start"> },
  read: (file: string) => Uint8Array | undefined,
): Refusal {
  const { file } = place.source;
  const bytes = file === "" ? undefined : read(file);
  if (bytes === undefined) return file === "" ? { code, message } : { code, message, file };
  return { code, message, file, ...positionAt(bytes, place.start) };
}
