/** A form in which a message is written, and what it then says; undefined where it turns out to say nothing of the kind. */
export type Form<Said> = readonly [form: RegExp, read: (match: RegExpMatchArray, message: string) => Said | undefined];

/** What a message says, by the first form that it has; undefined where it has none of them. */
export function readBy<Said>(forms: readonly Form<Said>[], message: string): Said | undefined {
  for (const [form, read] of forms) {
    const match = message.match(form);
    const said = match === null ? undefined : read(match, message);
    if (said !== undefined) return said;
  }
  return undefined;
}

/** Several ways to say one thing, in capitals or not. */
export function anyCase(...forms: readonly RegExp[]): RegExp {
  return new RegExp(forms.map(({ source }) => source).join("|"), "i");
}
