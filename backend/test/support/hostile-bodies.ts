const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));
const manyFields = `{${Array.from({ length: 20_000 }, (_none, index) => `"f${index}":1`).join(",")}}`;

/** None of these is a request: each must be refused. */
export const brokenBodies = (whole: string): Record<string, string | Buffer> => ({
  ...{ truncated: whole.slice(0, -1), garbage: "{]", trailing: `${whole}x`, twice: `${whole}${whole}`, quotes: "'a'" },
  ...{ comment: `/* */${whole}`, comma: '{"a":1,}', "bare NaN": '{"a":NaN}', "leading zero": '{"a":01}', array: "[]" },
  ...{ "invalid UTF-8": bytes('{"title":"', [0xff, 0xfe, 0x80], '"}'), "UTF-16": Buffer.from(whole, "utf16le") },
  "an overlong NUL": bytes('{"title":"', [0xc0, 0x80], '"}'),
  "a surrogate in UTF-8": bytes('{"title":"', [0xed, 0xa0, 0x80], '"}'),
  ...{ "a prototype": '{"__proto__":{"a":1}}', "a constructor": '{"constructor":{"prototype":{"a":1}}}' },
  ...{
    string: '"a"',
    number: "1",
    true: "true",
    gzip: bytes([0x1f, 0x8b, 8, 0]),
    "an unknown key twice": '{"a":1,"a":2}',
  },
  ...{ "more than 1 MiB": `{"title":"${"x".repeat(1_048_576)}"}`, deep: "[".repeat(100_000) + "]".repeat(100_000) },
  "many fields": manyFields,
});

/** Refused or taken, but for one thing only. */
export const oddBodies = (whole: string): Record<string, string> => ({
  "a byte order mark": `\ufeff${whole}`,
  null: "null",
  "a key twice": whole.replace("{", '{"title":"first","name":"first",'),
  "much white space": `${" ".repeat(500_000)}${whole}`,
});
