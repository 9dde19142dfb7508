import { expect, test } from "vitest";
import { readSettings } from "../settings.ts";

test("without any setting Tend listens on this machine only, port 3000", () => {
  const settings = readSettings({});
  expect(settings).toMatchObject({
    port: 3000,
    host: "127.0.0.1",
    publicUrl: "http://localhost:3000",
    databaseUrl: undefined,
  });
  expect(settings.dataFolder).toMatch(/\/data$/);
});

test("an empty setting is no setting", () => {
  expect(readSettings({ PORT: "", SMTP_URL: "", LOG_LEVEL: "" })).toMatchObject({ port: 3000, smtpUrl: undefined });
});

test.each([
  [{ PORT: "eighty" }, /PORT must be a port/],
  [{ PORT: "70000" }, /PORT must be a port/],
  [{ DATABASE_URL: "mysql://x/y" }, /DATABASE_URL must look like postgres/],
  [{ PUBLIC_URL: "tend.example.org" }, /PUBLIC_URL must be the address/],
  [{ SMTP_URL: "smtp://me:changeme@mail.example.org" }, /SMTP_URL holds an example/],
  [{ SENDGRID_API_KEY: "short" }, /SENDGRID_API_KEY is too short/],
  [{ SIGN_UP: "maybe" }, /SIGN_UP must be open, invite or closed/],
  [{ LOG_LEVEL: "loud" }, /LOG_LEVEL must be/],
  [{ MAIL_FROM: "not an address" }, /MAIL_FROM must be an address/],
])("%j is refused in one sentence", (env, message) => {
  expect(() => readSettings(env)).toThrow(message);
  expect(() => readSettings(env)).toThrow(/^[^\n]*$/);
});

test("all that is wrong is said at once", () => {
  expect(() => readSettings({ PORT: "x", SIGN_UP: "y" })).toThrow(/PORT .*; SIGN_UP /);
});
