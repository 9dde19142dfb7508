import type { Locator } from "@playwright/test";

/** CSS pixels in which a touch reaches the control: what is seen of it, and what lies around it. */
export async function touchSize(control: Locator): Promise<{ width: number; height: number }> {
  await control.scrollIntoViewIfNeeded();
  return control.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const reach = (dx: number, dy: number) => {
      for (let step = 0; step <= 400; step++) {
        const [x, y] = [left + width / 2 + dx * step, top + height / 2 + dy * step];
        const touched = element.ownerDocument.elementFromPoint(x, y);
        if (!touched || !element.contains(touched)) return step;
      }
      return 400;
    };
    return { width: reach(-1, 0) + reach(1, 0), height: reach(0, -1) + reach(0, 1) };
  });
}
