import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { chromium } from "@playwright/test";
import { findBrowser } from "../../../test/browser.ts";

type Picture = { zipkin: string; traceId: string; file: string };

/** Zipkin's own page of the trace. */
export async function takePicture({ zipkin, traceId, file }: Picture): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1330 }, deviceScaleFactor: 1.25 });
    await page.goto(`${zipkin}/zipkin/traces/${traceId}`);
    await page.getByText("publish reminders").first().waitFor();
    await page.screenshot({ path: file });
  } finally {
    await browser.close();
  }
}
