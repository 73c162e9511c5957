/** Takes the words after the name and a way to print; answers an exit code: 0 right, 1 something was wrong, 2 bad input. */
type Corpus = (words: readonly string[], print: (line: string) => void) => number | Promise<number>;

// `npm run corpus -- render DIR`, `applied DIR`, `edits FILE`, `breaks DIR`, `alerts FILE`, any folder or file; each is loaded only when it is asked for.
const CORPORA: Readonly<Record<string, () => Promise<Corpus>>> = {
  render: async () => (await import("./render.ts")).render,
  applied: async () => (await import("./applied.ts")).applied,
  edits: async () => (await import("./edits.ts")).edits,
  alerts: async () => (await import("./alerts.ts")).alerts,
  breaks: async () => (await import("./breaks.ts")).breaks,
};

const [name = "", ...words] = process.argv.slice(2);
const load = Object.hasOwn(CORPORA, name) ? CORPORA[name] : undefined;
if (load === undefined) {
  process.stderr.write(`Expected one of ${Object.keys(CORPORA).join(", ")}, found "${name}".\n`);
  process.exitCode = 2;
} else {
  const corpus = await load();
  process.exitCode = await corpus(words, (line) => void process.stdout.write(`${line}\n`));
}
