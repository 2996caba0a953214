// Every page at two widths, on both grounds, with and without scripts.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { VARIANTS, accessible, figures, fits, launch, open } from "./chromium.mjs";
import { demo } from "./server.mjs";

const PAGES = [
  { path: "/", heading: "What the money returned", figures: 5, says: ["ROI of paid channels", "Won revenue", "Findings"] },
  { path: "/channels", heading: "Channels", figures: 4, says: ["Paid search", "mROI", "Verdict"] },
  { path: "/channels/paid_search", heading: "Paid search", figures: 2, says: ["The latest periods", "Verdict"] },
  { path: "/funnel", heading: "Funnel", figures: 2, says: ["Opportunity", "Median days", "By cohort"] },
  { path: "/funnel?by=region", heading: "Funnel", figures: 2, says: ["By region"] },
  { path: "/attribution", heading: "Attribution", figures: 5, says: ["Unattributed", "Total", "Attributed beside incremental", "Spend beside credit", "Cost per SQL", "Commonest journeys", "Deals won last", "AUC"] },
  { path: "/planner", heading: "Planner", figures: 1, says: ["Expected gain over today", "Plan total"] },
  { path: "/finance", heading: "Finance", figures: 0, says: ["Return by channel", "ROI table, XLSX"] },
  { path: "/model", heading: "Model", figures: 6, says: ["Variance explained", "Verdicts", "Experiments in this fit", "Fit a model", "Refresh the run shown", "promoted"] },
  { path: "/data", heading: "Data", figures: 0, says: ["Import files", "touches", "won_revenue"] },
];

let server, browser;
before(async () => { server = await demo(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.stop(); });

for (const variant of VARIANTS) {
  test(`every page reads well: ${variant.name}`, async (t) => {
    const tab = await open(browser, variant);
    for (const { path, heading, figures: expected, says } of PAGES) {
      await t.test(path, async () => {
        const answer = await tab.page.goto(server.base + path);
        assert.equal(answer.status(), 200);
        assert.equal(await tab.page.locator("h1").innerText(), heading);
        const text = await tab.page.locator("main").innerText();
        for (const words of says) assert.ok(text.includes(words), `${path} does not say ${words}`);
        for (const slip of ["NaN", "undefined", "null", "inf", "{{", "Infinity"]) {
          assert.ok(!new RegExp(`(^|[\\s(])${slip.replace(/[{]/g, "\\{")}([\\s)x%.,]|$)`).test(text), `${path} says ${slip}`);
        }
        assert.equal(await figures(tab.page, variant.scripts), expected, "figures");
        await fits(tab.page);
        if (variant.scripts) await accessible(tab.page);
        if (process.env.SCREENSHOTS) {
          mkdirSync(process.env.SCREENSHOTS, { recursive: true });
          const name = `${path.replace(/\W+/g, "-").replace(/^-|-$/g, "") || "overview"}-${variant.name.replace(/\W+/g, "-")}.png`;
          await tab.page.screenshot({ path: join(process.env.SCREENSHOTS, name), fullPage: true });
        }
      });
    }
    assert.deepEqual(tab.errors, [], "errors in the console");
    await tab.close();
  });
}

test("the overview answers its question above the fold at 1440 x 900", async () => {
  const tab = await open(browser);
  await tab.page.goto(server.base);
  await figures(tab.page, true);
  for (const part of [".tiles", ".findings", "figure >> nth=0"]) {
    const box = await tab.page.locator(part).first().boundingBox();
    assert.ok(box.y + box.height <= 900, `${part} ends at ${Math.round(box.y + box.height)} px`);
  }
  const findings = await tab.page.locator(".findings li").count();
  assert.ok(findings >= 3 && findings <= 5, `${findings} findings`);
  await tab.close();
});

test("the keyboard reaches everything in order, and focus is visible", async () => {
  const tab = await open(browser);
  await tab.page.goto(`${server.base}/planner`);
  const seen = [];
  for (let i = 0; i < 60; i += 1) {
    await tab.page.keyboard.press("Tab");
    const at = await tab.page.evaluate(() => {
      const e = document.activeElement;
      const style = getComputedStyle(e);
      return { what: e.getAttribute("aria-label") ?? e.textContent.trim().slice(0, 40), tag: e.tagName,
        outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
    });
    if (at.tag === "BODY") break;
    assert.ok(at.outline, `no visible focus on ${at.tag} ${at.what}`);
    seen.push(at.what);
  }
  assert.equal(seen[0], "To the content", "the first stop leads past the navigation");
  for (const stop of ["Planner", "Optimize"]) assert.ok(seen.includes(stop), `${stop} is not reached`);
  assert.ok(seen.some((s) => s.includes("spend a quarter")), "sliders are reached");
  await tab.close();
});

test("a page that is not there, a wrong field and an unknown run are told as pages", async () => {
  const tab = await open(browser);
  for (const [path, status, words] of [
    ["/planner?budget=lots", 422, "budget"],
    ["/channels/tv", 404, "no channel"],
    ["/?run=nope", 404, "nope"],
    ["/funnel?by=colour", 422, "colour"],
  ]) {
    const answer = await tab.page.goto(server.base + path);
    assert.equal(answer.status(), status, path);
    const text = await tab.page.locator("main").innerText();
    assert.ok(text.includes(words), `${path}: ${text}`);
    await accessible(tab.page);
  }
  await tab.close();
});
