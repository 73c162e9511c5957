import { type Form, readBy } from "./form.ts";

/** What a pod that the kubelet put off used too much of, where it broke a limit of its own; null where that is not told. */
export type Overuse = { readonly container: string | null; readonly volume: string | null };

const FORMS: readonly Form<Overuse>[] = [
  [
    /^Container (\S+) exceeded its local ephemeral storage limit/,
    ([, container = ""]) => ({ container, volume: null }),
  ],
  [/^Usage of EmptyDir volume "([^"]+)" exceeds the limit/, ([, volume = ""]) => ({ container: null, volume })],
  [
    /^Pod ephemeral local storage usage exceeds the total limit of containers/,
    () => ({ container: null, volume: null }),
  ],
];

/** Which limit of its own a pod broke, by the kubelet's message; undefined where the node itself ran short. */
export function overuseOf(message: string): Overuse | undefined {
  return readBy(FORMS, message);
}
