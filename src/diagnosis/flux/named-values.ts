// How Helm tells a value that its schema refuses (since 3.18 by a JSON pointer), and one that a template stumbles over.
const NAMED = [
  /at '([^']*)': additional propert(?:y|ies) '([^']+)'/g,
  /at '([^']*)': missing propert(?:y|ies) '([^']+)'/g,
  /at '([^']+)':/g,
  /^\s*-?\s*([\w.()-]+): Additional property (\S+) is not allowed/gm,
  /^\s*-?\s*([\w.()-]+): (\S+) is required/gm,
  /^\s*-\s+(?!at ')([\w.-]+): /gm,
  /\.Values\.([\w.]+)/g,
];

/** Whether a release's refusal names the value at this path below its values (`image.tag`); true of any where it names none. */
export function namesValue(text: string, path: string): boolean {
  const named = NAMED.flatMap((form) =>
    [...text.matchAll(form)].map(([, place = "", property]) => [...stepsOf(place), ...(property ? [property] : [])]),
  ).filter((steps) => steps.length > 0);
  const steps = stepsOf(path);
  return named.length === 0 || named.some((each) => isWithin(each, steps) || isWithin(steps, each));
}

function stepsOf(place: string): readonly string[] {
  return place.split(/[/.]/).filter((step) => step !== "" && step !== "(root)");
}

function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return outer.every((step, at) => step === inner[at]);
}
