import { git } from "./git-run.ts";

/** The size of a repository's blobs by their id; null for one that is not there. */
export async function blobSizes(folder: string, ids: Iterable<string>): Promise<ReadonlyMap<string, number | null>> {
  const answer = await git(folder, ["cat-file", "--batch-check=%(objectname) %(objectsize)"], { input: lines(ids) });
  if (!answer.ok) throw new Error(`The objects of ${folder} cannot be read: ${answer.because}.`);
  const sizes = new Map<string, number | null>();
  for (const line of answer.output.toString("latin1").split("\n")) {
    const [id = "", size = ""] = line.split(" ");
    if (id !== "") sizes.set(id, size === "missing" ? null : Number(size));
  }
  return sizes;
}

/** The bytes of these blobs by their id, read in one go; one that is not there is left out. */
export async function readBlobs(folder: string, ids: Iterable<string>): Promise<Map<string, Uint8Array>> {
  const answer = await git(folder, ["cat-file", "--batch"], { input: lines(ids) });
  if (!answer.ok) throw new Error(`The objects of ${folder} cannot be read: ${answer.because}.`);
  const { output } = answer;
  const blobs = new Map<string, Uint8Array>();
  for (let at = 0; at < output.length; ) {
    const newline = output.indexOf(10, at);
    const [id = "", , size] = output.toString("latin1", at, newline).split(" ");
    const start = newline + 1;
    at = size === undefined ? start : start + Number(size) + 1;
    if (size !== undefined) blobs.set(id, output.subarray(start, at - 1));
  }
  return blobs;
}

function lines(ids: Iterable<string>): string {
  return [...ids].map((id) => `${id}\n`).join("");
}
