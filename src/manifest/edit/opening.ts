import { decodeUtf8 } from "../yaml/text.ts";
import { generatedGuard, sopsGuard, templateGuard } from "./guards.ts";
import { parseWritten } from "./parse.ts";
import { type Refused, refused } from "./refusal.ts";
import type { Written } from "./written.ts";

/** A file as text with its documents; the byte order mark is set aside. */
export type OpenedFile = {
  readonly ok: true;
  readonly mark: string;
  readonly text: string;
  readonly documents: readonly Written[];
};

// Reading takes about a second for each megabyte; what is larger is a bundle of CRDs that nobody writes by hand.
const LARGEST_FILE = 2 * 1024 * 1024;
const BYTE_ORDER_MARK = "\ufeff";

/** Opens a file that may be edited, or says why this one may not. */
export function openFile(bytes: Uint8Array, file: string): OpenedFile | Refused {
  if (bytes.length > LARGEST_FILE) {
    return refused(
      "TOO_LARGE",
      `expected at most ${LARGEST_FILE} bytes, found ${bytes.length}: change it by hand`,
      file,
    );
  }
  const decoded = decodeUtf8(bytes);
  if (decoded === undefined)
    return refused("NOT_UTF8", "expected UTF-8, found other bytes: convert the file first", file);
  const mark = decoded.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
  const text = decoded.slice(mark.length);
  const parsed = parseWritten(text);
  const documents = parsed.ok ? parsed.documents : undefined;
  const guard = generatedGuard(file, text) ?? templateGuard(text, documents) ?? sopsGuard(text);
  if (guard !== undefined) return refused(guard.code, guard.message, file);
  if (!parsed.ok)
    return refused("MALFORMED", `expected YAML, found what cannot be read: ${parsed.message}`, file, {
      text,
      at: parsed.at,
    });
  return { ok: true, mark, text, documents: parsed.documents };
}
