import { v1, v4, v7 } from "uuid";
import { hostileRules, hostileTexts, quickAdds, split } from "./hostile-texts.ts";

/** Text that stands in the JSON as it is: what no JavaScript value can be turned into. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
const raw = (text: string) => new RawJson(text);

const hostileNumbers = [
  ...[0, -1, 1.5, 101, 2 ** 31, 2 ** 53, -(2 ** 63), raw("-0"), raw("1e400"), raw("-1e400"), raw("1e-400")],
  ...[raw("100000000000000000000000"), raw("0.1e1"), raw("5.0")],
];
const lists = [[], [[]], [null], [""], [{}], Array(1_000).fill("x"), raw("[".repeat(3_000) + "]".repeat(3_000))];
const objects: unknown[] = [
  ...[{}, { unknown: 1 }, { toString: 1 }, { valueOf: null }, { length: -1 }, { 0: 1 }, { $ne: null }],
  ...[raw('{"__proto__":{"admin":true}}'), raw('{"constructor":{"prototype":{"admin":true}}}')],
  raw(`${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`),
];
/** Every place gets these, whatever it wants. */
const hostileValues: unknown[] = [null, true, ...hostileTexts, ...hostileNumbers, ...lists, ...objects];

const dates = split`2026-02-30 ¦ 2025-02-29 ¦ 2026-13-01 ¦ 2026-00-10 ¦ 2026-04-31 ¦ 0000-01-01 ¦ 10000-01-01 ¦ -0001-01-01
  1969-12-31 ¦ 1970-01-01 ¦ 9999-12-31 ¦ +002026-01-01 ¦ 2026-1-1 ¦ 20260329 ¦ 2026-03-29T00:00:00Z ¦ 2026-03-29\n ¦ \u00202026-03-29
  ２０２６-03-29 ¦ infinity ¦ -infinity ¦ now ¦ today ¦ epoch`;
const times = split`24:00 ¦ 23:60 ¦ 09:00:00 ¦ 9:00 ¦ -1:00 ¦ 09:00\n ¦ 09:00Z ¦ 00:00 ¦ 23:59 ¦ 02:30 ¦ allballs`;
const zones = split`+01:00 ¦ -23:59 ¦ UTC+1 ¦ GMT+5 ¦ Etc/GMT+14 ¦ Etc/GMT-14 ¦ Etc/GMT+15 ¦ europe/berlin ¦ EST5EDT ¦ CET ¦ US/Pacific
  posixrules ¦ right/UTC ¦ localtime ¦ Factory ¦ Europe/Berlin\u0000 ¦ Europe/Berlin\u0020 ¦ /etc/localtime ¦ Pacific/Apia ¦ Z
  Africa/Monrovia ¦ Asia/Kathmandu ¦ Antarctica/Troll ¦ Pacific/Kiritimati ¦ A/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b`;
const instants = split`2026-01-01T00:00:00.000+01:00 ¦ 2026-01-01T00:00:00Z ¦ +275760-09-13T00:00:00.000Z ¦ 9999-12-31T23:59:59.999Z
  0000-01-01T00:00:00.000Z ¦ 0001-01-01T00:00:00.000Z ¦ 1969-12-31T23:59:59.999Z ¦ 2026-02-30T00:00:00.000Z ¦ 2026-01-01T24:00:00.000Z
  2016-12-31T23:59:60.000Z ¦ 2026-01-01 00:00:00.000Z ¦ 2026-01-01T00:00:00.000z ¦ -000001-01-01T00:00:00.000Z`;
const durations = split`P ¦ PT ¦ -PT5M ¦ +PT5M ¦ P1Y ¦ P1M ¦ PT0S ¦ P0D ¦ P9999W ¦ P99999D ¦ P9999W99999DT999999H9999999M99999999S
  PT1.5S ¦ PT30M\n ¦ P1DT ¦ pt5m ¦ P1D1W ¦ PT99999999S ¦ PT1e5S ¦ P-1D`;

const id = v7();
export const hostileIds = [
  ...[v4(), v1(), id.toUpperCase(), "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
  ...[`{${id}}`, `urn:uuid:${id}`, id.replaceAll("-", ""), `${id}\n`, `${id}0`, id.slice(0, -1), `${id.slice(0, -1)}g`],
];
const place = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString("base64url");
const dotted = split`1.1.1 ¦ 1.9999999999999999999.1 ¦ 999999999.1.1 ¦ 1.0.999999999999999999 ¦ 0.0.0 ¦ 1.18446744073709551615.1`;
const hostileCursors = [
  ...["0", "-1", "999999999999999", "9".repeat(400), "W10", "bnVsbA", place(), place(1, 2, 3), place("position", "x")],
  ...[
    place("position", "a'; drop", id),
    place("position", "zzz", id),
    place("due", "infinity", id),
    place("-priority", "5", id),
  ],
  ...[
    place("due", "9999-99-99 99:99:99+99", id),
    place("-created", "0000-00-00 00:00:00+00", id),
    place("updated", "now", id),
  ],
  ...dotted.map((text) => Buffer.from(text).toString("base64url")),
];

/** What fields of this name get besides. */
const special: Record<string, unknown[]> = {
  ...{ date: dates, dueFrom: dates, dueTo: dates, deadline: dates, time: times, allDayTime: times, timeZone: zones },
  ...{ completedAt: instants, expiresAt: instants, before: durations, rrule: hostileRules, text: quickAdds },
  ...{ id: hostileIds, projectId: hostileIds, labelIds: hostileIds, labelId: hostileIds, taskId: hostileIds },
  ...{
    seriesId: hostileIds,
    sectionId: hostileIds,
    parentId: hostileIds,
    assigneeId: hostileIds,
    cursor: hostileCursors,
  },
  locale: split`en- ¦ -en ¦ x ¦ en_US ¦ de-DE-u-co-phonebk ¦ zz-ZZ ¦ en-US-POSIX ¦ i-klingon ¦ e\u0000n ¦ xx-yyyyyyyy`,
  email: split`a ¦ a@b ¦ @ ¦ a@b.c\u0000 ¦ a b@c.d ¦ ä@example.com ¦ a@ä.com ¦ A@EXAMPLE.COM ¦ a@b.c\nBcc: x@y.z ¦ "a b"@c.de`,
  status: split`open, ¦ , ¦ open,open,open,open,open ¦ all,open ¦ withdrawn ¦ OPEN ¦ open,withdrawn`,
  sort: split`--due ¦ title ¦ due,priority ¦ position;drop ¦ -`,
  scopes: [["read", "read"], ["admin"], ["read", "write", "read"]],
};
export const hostileFor = (name: string): unknown[] => [
  ...hostileValues,
  ...(Object.hasOwn(special, name) ? (special[name] ?? []) : []),
];

const manyTags = Array(2_000).fill('"1"').join(",");
/** Request headers that we read, each with values that no client can be kept from sending. */
export const hostileHeaders: Record<string, string[]> = {
  "idempotency-key": ["", " ", "ä", "k".repeat(256), "a,b", "\u0001", "../..", "'; drop table tasks; --"],
  "if-match": ["", "*", '"', '"1', "1", 'W/"1"', '"-1"', '"99999999999999999999"', manyTags, "ä", '"1", *'],
  "if-none-match": ["*", '"', manyTags, 'W/"', "ä"],
  "last-event-id": ["", "x", "ä", ...hostileCursors],
  traceparent: [
    "",
    "x",
    `00-${"0".repeat(32)}-${"0".repeat(16)}-00`,
    `ff-${"a".repeat(32)}-${"b".repeat(16)}-01`,
    "00-".repeat(900),
  ],
  "content-type": [
    "",
    "text/plain",
    "application/xml",
    "application/json; charset=utf-16",
    "application/json/x",
    "ä",
    "\t",
  ],
  authorization: [
    "",
    "Bearer",
    "Bearer ",
    "Bearer tend_",
    "Basic YTpi",
    "bearer  tend_x",
    `Bearer tend_${"x".repeat(7_000)}`,
  ],
  cookie: [
    "",
    "=",
    "tend.session_token",
    "tend.session_token=%",
    "tend.session_token=a.b",
    "tend.session_token=%E0%A4%A.x",
  ],
  "x-forwarded-for": ["", "x", "::1%eth0", "1.2.3.4, ".repeat(500), "999.999.999.999", "unix:/x", "ä"],
  origin: ["", "null", "http://localhost:3000.evil.example", "ä"],
  "user-agent": ["", "ä", "<script>", "x".repeat(8_000)],
  accept: ["", "text/html", "*/*;q=ä"],
};
