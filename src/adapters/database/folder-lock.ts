import { access, constants, readdir, readFile, readlink, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { BadInput } from "../../signal/bad-input.ts";
import { makeFolder } from "../files.ts";

/** Who holds a folder. A pid says nothing by itself: another machine, container or later process may have the same. */
type Holder = {
  readonly pid: number;
  /** The machine and pid namespace in which the pid counts. */
  readonly where: string;
  /** When the process began, as the kernel counts; null where the kernel does not tell. */
  readonly began: string | null;
};

const LOCK = /^lock-.+\.json$/;
const TOUCHED_EVERY = 5_000;
// Whether a process of another machine or container lives cannot be asked: silence of four touches counts as death.
const SILENT_AFTER = 4 * TOUCHED_EVERY;

/**
 * Takes a folder for this process alone, or refuses where another process holds it; answers how to give it back. Each
 * process writes its own lock first and looks for others then, so of two that come at once at least one sees the other.
 */
export async function takeFolder(folder: string, now: () => Date): Promise<() => Promise<void>> {
  await makeOwnFolder(folder);
  const me = { pid: process.pid, where: await here(), began: await beginOf(process.pid) };
  const own = join(folder, `lock-${hostname()}-${me.pid}.json`);
  await refuseSelf(own, me, folder);
  await writeFile(own, JSON.stringify(me));
  try {
    await refuseOthers(folder, own, me, now());
  } catch (error) {
    await rm(own, { force: true });
    throw error;
  }
  const touching = setInterval(() => void touch(own, now()), TOUCHED_EVERY);
  touching.unref();
  return async () => {
    clearInterval(touching);
    await rm(own, { force: true });
  };
}

async function makeOwnFolder(folder: string): Promise<void> {
  try {
    makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BadInput(`The state folder ${folder} cannot be written to (${code}); give a folder that can.`);
  }
}

async function refuseSelf(own: string, me: Holder, folder: string): Promise<void> {
  const before = await read(own);
  if (before !== undefined && before.began === me.began && before.where === me.where) throw refusal(folder, me);
}

async function refuseOthers(folder: string, own: string, me: Holder, now: Date): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!LOCK.test(name) || path === own) continue;
    const holder = await read(path);
    if (holder !== undefined && (await isAlive(path, holder, me, now))) throw refusal(folder, holder);
    await rm(path, { force: true });
  }
}

function refusal(folder: string, holder: Holder): BadInput {
  const who = `the process with pid ${holder.pid} on ${holder.where.split(" ")[0]}`;
  return new BadInput(
    `The state folder ${folder} is in use by ${who}; two processes would destroy it. Stop that one, give this one another folder, or set DATABASE_URL to share a Postgres.`,
  );
}

async function isAlive(path: string, holder: Holder, me: Holder, now: Date): Promise<boolean> {
  if (holder.where !== me.where) {
    const touched = await stat(path).catch(() => undefined);
    return touched !== undefined && now.getTime() - touched.mtimeMs < SILENT_AFTER;
  }
  const began = await beginOf(holder.pid);
  return began === null ? holder.began === null && answers(holder.pid) : began === holder.began;
}

function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function read(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function touch(path: string, now: Date): Promise<void> {
  // Where the folder is gone, the database says so itself.
  await utimes(path, now, now).catch(() => undefined);
}

async function here(): Promise<string> {
  return `${hostname()} ${await readlink("/proc/self/ns/pid").catch(() => "")}`;
}

async function beginOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The program's name, in brackets, may hold anything; the 20th field after it is the time (proc(5), "starttime").
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}
