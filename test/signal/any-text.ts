import fc from "fast-check";

// Where readers disagree about the end of a line, and names that every object of JavaScript has.
const SNAGS = ["\r\n", "\r", "\n", "\u2028", "\u0085", "\ufeff", "\0", "\u200b", "\u001b[31m", "__proto__", "toString"];

const codeUnit = fc.nat(0xffff).map((code) => String.fromCharCode(code));

/** Text as anybody may send it: every character, halves of one, odd line ends, and these pieces among them. */
export function anyText(...pieces: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.string({ unit: codeUnit, maxLength: 3 }),
    fc.constantFrom(...SNAGS, ...pieces),
  );
  return fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(""));
}
