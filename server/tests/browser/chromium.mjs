// Chromium, and what every page must hold whatever it shows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });

export const VARIANTS = [
  { name: "wide light", width: 1440, height: 900, dark: false, scripts: true },
  { name: "wide dark", width: 1440, height: 900, dark: true, scripts: true },
  { name: "phone light", width: 390, height: 844, dark: false, scripts: true },
  { name: "phone dark", width: 390, height: 844, dark: true, scripts: true },
  { name: "wide light, no scripts", width: 1440, height: 900, dark: false, scripts: false },
  { name: "phone dark, no scripts", width: 390, height: 844, dark: true, scripts: false },
];

/// A tab whose errors are collected in `errors`.
export const open = async (browser, variant = VARIANTS[0]) => {
  const context = await browser.newContext({
    viewport: { width: variant.width, height: variant.height },
    colorScheme: variant.dark ? "dark" : "light",
    javaScriptEnabled: variant.scripts,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const errors = [];
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("response", (answer) => { if (answer.status() >= 500) errors.push(`${answer.status()} ${answer.url()}`); });
  return { page, errors, close: () => context.close() };
};

/// Waits until every figure stands in the page: as a drawing with scripts, as a loaded image without.
export const figures = async (page, scripts) => {
  const pictures = await page.locator("figure picture").count();
  if (scripts) {
    await page.waitForFunction(
      () => [...document.querySelectorAll("figure")].filter((f) => f.querySelector("picture"))
        .every((f) => f.querySelector(":scope > svg[role=img]")), null, { timeout: 20_000 });
  }
  const broken = await page.evaluate(async (scripts) => {
    const images = [...document.images].filter((i) => !scripts || !i.closest("[hidden]"));
    await Promise.all(images.map((i) => i.decode().catch(() => {})));
    return images.filter((i) => i.naturalWidth === 0).map((i) => i.currentSrc || i.src);
  }, scripts);
  assert.deepEqual(broken, [], "images that did not load");
  return pictures;
};

/// No sideways scrolling of the page; wide tables scroll in their own boxes.
export const fits = async (page) => {
  const [inner, content] = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);
  assert.ok(content <= inner, `the page is ${content} px wide in a window of ${inner} px`);
};

/// No serious or critical violation of the accessibility rules.
export const accessible = async (page) => {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const grave = found.violations.filter((v) => ["serious", "critical"].includes(v.impact));
  assert.deepEqual(grave.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`), []);
};

/// The number that a written one stands for, and how far rounding may have moved it: `1.3 M EUR`, `−0.4x`, `12.4%`.
export const written = (text) => {
  const match = text.replace(/−/g, "-").match(/(-?[\d,]+(?:\.(\d+))?)\s*(?:([kMG]|bn)(?![A-Za-z]))?/);
  assert.ok(match, `no number in ${JSON.stringify(text)}`);
  const scale = { k: 1e3, M: 1e6, G: 1e9, bn: 1e9 }[match[3]] ?? (text.includes("%") ? 0.01 : 1);
  const digits = match[1].replace(/,/g, "");
  // Without decimals the interval may have called for tens or hundreds: trailing zeros are not claimed.
  const zeros = match[2] ? 0 : (digits.match(/0+$/)?.[0].length ?? 0);
  const place = match[2] ? 10 ** -match[2].length : 10 ** zeros;
  return { value: Number(digits) * scale, within: 0.5000001 * place * scale };
};

/// Fails unless `text` is a rounding of `value`.
export const says = (text, value, what) => {
  const got = written(text);
  assert.ok(Math.abs(got.value - value) <= got.within, `${what}: the page says ${text}, the API ${value}`);
};
