/** The time that the demo's process lives in. */
export type DemoClock = { readonly now: () => Date; readonly jump: (milliseconds: number) => void };

/**
 * Lets this whole process live in the time of a recording, and jump ahead: the bot, the stand-in, tokens and the
 * embedded database all see the same hour, and nobody waits five real minutes for a quiet window.
 */
export function liveIn(begin: Date): DemoClock {
  const RealDate = Date;
  let offset = begin.getTime() - RealDate.now();
  const time = (): number => RealDate.now() + offset;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args) => (args.length === 0 ? new target(time()) : Reflect.construct(target, args)),
    get: (target, key) => (key === "now" ? time : Reflect.get(target, key)),
  });
  return {
    now: () => new RealDate(time()),
    jump: (milliseconds) => {
      offset += milliseconds;
    },
  };
}
