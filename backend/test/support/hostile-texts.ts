/** A list of texts, parted by ¦ or a line's end, with the escapes of JSON. */
export const split = ({ raw }: TemplateStringsArray): string[] =>
  (raw[0] ?? "").split(/\n|¦/).map((part) => JSON.parse(`"${part.trim().replaceAll('"', '\\"')}"`));

const plain = split`\u0020 ¦ \t ¦ \u00a0 ¦ \u200b ¦ \ufeff ¦ \u0000 ¦ a\u0000b ¦ \u0001 ¦ \u007f ¦ \u0085 ¦ \u2028 ¦ \u2029 ¦ \ud800
  a\udfff ¦ \ud83d ¦ \u202egnp.exe ¦ \u200fשלום ¦ 👩‍👩‍👧‍👦🏽🇩🇪 ¦ a\r\nBcc: all@example.com ¦ a\nb ¦ =?utf-8?B?AAAA?=
  <script>alert(1)</script> ¦ <img src=x onerror=alert(1)> ¦ '; drop table tasks; -- ¦ ' or '1'='1 ¦ \\ ¦ \\' ¦ $1 ¦ % ¦ _%_ ¦ %s%n
  \u0024{7*7} ¦ {{7*7}} ¦ $(id) ¦ \u0060id\u0060 ¦ __proto__ ¦ constructor ¦ prototype ¦ toString ¦ ../../etc/passwd
  file:///etc/passwd ¦ null ¦ undefined ¦ NaN ¦ Infinity ¦ -0 ¦ 1e400 ¦ true ¦ [] ¦ {} ¦ 0x41`;
const long = ["x".repeat(501), "𝕏".repeat(250), "e\u0301".repeat(300), "é".repeat(40_000), "\n".repeat(66_000)];
export const hostileTexts = ["", ...plain, ...long];

const everyMinute = `FREQ=MINUTELY;BYMINUTE=${[...Array(60).keys()]};BYHOUR=${[...Array(24).keys()]}`;
export const hostileRules = [
  ...split`FREQ= ¦ FREQ ¦ FREQ=DAILY; ¦ ;FREQ=DAILY ¦ FREQ=DAILY;;COUNT=2 ¦ freq=daily ¦ FREQ=SECONDLY ¦ FREQ=NEVER ¦ COUNT=3
  FREQ=DAILY;COUNT=-1 ¦ FREQ=DAILY;COUNT=0 ¦ FREQ=DAILY;COUNT=1 ¦ FREQ=DAILY;COUNT=99999999999999999999 ¦ FREQ=DAILY;COUNT=1e3
  FREQ=DAILY;INTERVAL=0 ¦ FREQ=DAILY;INTERVAL=-1 ¦ FREQ=DAILY;INTERVAL=99999999999 ¦ FREQ=YEARLY;INTERVAL=9999
  FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30 ¦ FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30 ¦ FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30,31
  FREQ=HOURLY;BYHOUR=25 ¦ FREQ=DAILY;BYMINUTE=60 ¦ FREQ=YEARLY;BYMONTH=13 ¦ FREQ=YEARLY;BYEASTER=0 ¦ FREQ=MONTHLY;BYDAY=53MO
  FREQ=YEARLY;BYDAY=54MO ¦ FREQ=YEARLY;BYYEARDAY=366;BYDAY=MO ¦ FREQ=YEARLY;BYWEEKNO=53;BYYEARDAY=1;BYMONTHDAY=31
  FREQ=DAILY;UNTIL=00000000T000000Z ¦ FREQ=DAILY;UNTIL=99991231T235959Z ¦ FREQ=DAILY;UNTIL=99999999 ¦ FREQ=DAILY;UNTIL=19700101
  FREQ=DAILY;FREQ=WEEKLY ¦ RRULE:FREQ=DAILY ¦ FREQ=DAILY\r\nDTSTART:19700101T000000Z ¦ FREQ=DAILY\nEXDATE:20260101
  FREQ=DAILY;BYSETPOS=0 ¦ FREQ=DAILY;BYSETPOS=1 ¦ FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367 ¦ FREQ=DAILY;X-EVIL=1 ¦ FREQ=DAILY;WKST=XX
  FREQ=YEARLY;RSCALE=HEBREW ¦ FREQ=YEARLY;RSCALE=GREGORIAN;SKIP=SIDEWAYS ¦ FREQ=DAILY;__proto__=1 ¦ FREQ=DAILY;BYDAY=
  FREQ=MINUTELY;BYSETPOS=-1;BYDAY=FR;BYMONTHDAY=13;BYMONTH=10 ¦ FREQ=DAILY;BYHOUR=2;BYMINUTE=30 ¦ FREQ=MINUTELY`,
  ...[everyMinute, `FREQ=YEARLY;BYYEARDAY=${Array(90).fill(-366)}`, `${"A".repeat(499)}=`],
];

export const quickAdds = [
  ...split`every ¦ every every ¦ every 0 days ¦ every -1 weeks ¦ every 99999999999 months ¦ every day every week every month ¦ at 25:00
  at 99pm ¦ on the 32nd ¦ Pay every month on the 31st at 9am #Inbox @x !urgent ¦ # ¦ @ ¦ ! ¦ !!!! ¦ 31 Feb 2026 ¦ 29.02.2025
  in 999999999999 years ¦ 99999-01-01 ¦ yesterday at midnight ¦ every 2nd 3rd 4th ¦ #__proto__ @constructor ¦ \ud83d every day
  remind me 99999999999 minutes before ¦ a due 9999-12-31 23:59 ¦ a 0000-01-01 ¦ a in -5 days ¦ a 1/1/1 ¦ every monday until 0000`,
  ...[
    "#".repeat(500),
    "tomorrow ".repeat(55),
    "every day at ".repeat(38),
    "é".repeat(500),
    "a @b".repeat(120),
    "every 1 ".repeat(60),
  ],
];
