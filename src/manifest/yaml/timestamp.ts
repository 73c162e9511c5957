const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const SPACED = /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?$/;
const ZONED = /^(\d{4})-(\d{1,2})-(\d{1,2})[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[-+]\d{2}:\d{2})$/;

/** The time that an unquoted `2001-12-14` or `2001-12-14T21:59:43Z` is printed as, or undefined where it is no time. */
export function timestampOf(text: string): string | undefined {
  if (!/^\d{4}-/.test(text)) return undefined;
  const match = DATE.exec(text) ?? SPACED.exec(text) ?? ZONED.exec(text);
  if (match === null) return undefined;
  const [, year = "0", month = "1", day = "1", hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] =
    match;
  const isDate = isDay(Number(year), Number(month), Number(day));
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 && isZone(zone);
  if (!isDate || !isTime) return undefined;
  const two = (digits: string): string => digits.padStart(2, "0");
  // Nanoseconds are all that Go keeps; zeros at the end are not printed.
  const nanoseconds = fraction.slice(0, 9).replace(/0+$/, "");
  const time = `${two(hour)}:${two(minute)}:${two(second)}${nanoseconds === "" ? "" : `.${nanoseconds}`}`;
  return `${year}-${two(month)}-${two(day)}T${time}${zone === "+00:00" ? "Z" : zone}`;
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
}

function isZone(zone: string): boolean {
  if (zone === "Z") return true;
  return Number(zone.slice(1, 3)) <= 24 && Number(zone.slice(4)) < 60;
}
