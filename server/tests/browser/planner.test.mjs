// The planner: drag, keyboard, locks, bounds, without scripts, saved plans.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { VARIANTS, launch, open } from "./chromium.mjs";
import { demo } from "./server.mjs";

let server, browser;
before(async () => { server = await demo(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.stop(); });

const slider = (page, name) => page.locator(".slider", { has: page.locator(".name", { hasText: name }) });
const redrawn = (page, since) => page.waitForFunction((n) => Number(document.getElementById("result").dataset.shown) > n, since);

test("a drag redraws within 100 ms and keeps its state in the URL", async (t) => {
  const tab = await open(browser);
  await tab.page.goto(`${server.base}/planner?do=today`);
  await tab.page.evaluate(() => {
    window.took = [];
    let since = null;
    document.addEventListener("input", () => { since ??= performance.now(); }, true);
    new MutationObserver(() => {
      const from = since;
      since = null;
      // After the next frame the new drawing is on the screen.
      if (from !== null) requestAnimationFrame(() => window.took.push(performance.now() - from));
    }).observe(document.getElementById("result"), { attributes: true, attributeFilter: ["data-shown"] });
  });
  const range = slider(tab.page, "Webinars").locator("input[type=range]");
  const box = await range.boundingBox();
  const [y, from] = [box.y + box.height / 2, box.x + box.width / 2];
  const before = await tab.page.locator("#result .value").innerText();
  const drag = async () => {
    await tab.page.evaluate(() => { window.took.length = 0; });
    await tab.page.mouse.move(from, y);
    await tab.page.mouse.down();
    for (let i = 1; i <= 20; i += 1) {
      await tab.page.mouse.move(from + i * (box.width * 0.02), y);
      await tab.page.waitForTimeout(120);
    }
    await tab.page.mouse.up();
    await tab.page.waitForTimeout(200);
    const took = (await tab.page.evaluate(() => [...window.took])).sort((a, b) => a - b);
    const at = (q) => took[Math.min(took.length - 1, Math.floor(q * took.length))];
    t.diagnostic(`drag to redraw over ${took.length} redraws: median ${at(0.5).toFixed(0)} ms, 90% ${at(0.9).toFixed(0)} ms, most ${at(1).toFixed(0)} ms`);
    assert.ok(took.length >= 10, `${took.length} redraws`);
    return at(0.5);
  };
  // Another program on the machine may slow one drag; three in a row are slow by themselves.
  const medians = [];
  while (medians.length < 3 && !(Math.min(...medians) < 100)) medians.push(await drag());
  assert.ok(Math.min(...medians) < 100, `medians ${medians.map(Math.round).join(", ")} ms`);
  assert.notEqual(await tab.page.locator("#result .value").innerText(), before);
  const amount = await slider(tab.page, "Webinars").locator("input[name='spend.webinars']").inputValue();
  assert.equal(new URL(tab.page.url()).searchParams.get("spend.webinars"), amount);
  const told = await tab.page.locator("#result .value").innerText();
  await tab.page.reload();
  assert.equal(await tab.page.locator("#result .value").innerText(), told, "the URL shows the same plan again");
  assert.deepEqual(tab.errors, []);
  await tab.close();
});

test("arrow keys move a slider, a lock holds it, and the total follows", async () => {
  const tab = await open(browser);
  await tab.page.goto(`${server.base}/planner?do=today`);
  const row = slider(tab.page, "Events");
  const range = row.locator("input[type=range]");
  const amount = row.locator("input[name='spend.events']");
  const before = Number(await amount.inputValue());
  await range.focus();
  await tab.page.keyboard.press("ArrowRight");
  await redrawn(tab.page, 0);
  const after = Number(await amount.inputValue());
  assert.ok(after > before, `${before} to ${after}`);
  await tab.page.waitForFunction(() => document.querySelector("#result .sum").innerText.includes("more than today"));
  await row.locator("input[type=checkbox]").check();
  await redrawn(tab.page, 1);
  assert.ok(await range.isDisabled());
  assert.equal(Number(await amount.inputValue()), before, "a locked channel stays at today's spend");
  assert.deepEqual(new URL(tab.page.url()).searchParams.getAll("lock"), ["events"]);
  await tab.close();
});

test("optimize keeps the budget, never does worse, holds locks and bounds", async () => {
  const tab = await open(browser);
  await tab.page.goto(`${server.base}/planner?lock=events&low.webinars=90&high.webinars=110`);
  const plan = await (await fetch(`${server.base}/planner/plan.json${new URL(tab.page.url()).search}`)).json();
  const by = Object.fromEntries(plan.channels.map((c) => [c.channel, c]));
  assert.ok(by.events.locked && Math.abs(by.events.recommended - by.events.current) < 0.01);
  assert.ok(by.webinars.recommended >= 0.9 * by.webinars.current - 0.01 && by.webinars.recommended <= 1.1 * by.webinars.current + 0.01);
  const cents = (of) => plan.channels.reduce((s, c) => s + Math.round(c[of] * 100), 0);
  assert.ok(Math.abs(cents("recommended") - Math.round(plan.budget * 100)) <= 0, "the plan adds up to the budget, to the cent");
  assert.ok(plan.recommended.outcome.mean >= plan.current.outcome.mean);
  assert.ok((await slider(tab.page, "Events").locator("input[type=checkbox]").isChecked()));
  await tab.close();
});

test("a wrong amount is refused with the field's name and the drawing stays", async () => {
  const tab = await open(browser);
  await tab.page.goto(`${server.base}/planner?do=today`);
  await slider(tab.page, "Events").locator("input[name='spend.events']").fill("99999999999");
  await tab.page.waitForFunction(() => document.getElementById("result").dataset.problem?.includes("events"));
  assert.ok(await tab.page.locator("#result svg").count());
  await tab.close();
});

test("without scripts the form evaluates, optimizes and saves, and saved plans stand beside each other", async () => {
  const tab = await open(browser, VARIANTS[4]);
  await tab.page.goto(`${server.base}/planner?do=today`);
  assert.ok((await tab.page.locator("#result").innerText()).includes("This is today's plan"));
  await tab.page.locator("input[name='spend.webinars']").fill("200000");
  await tab.page.getByRole("button", { name: "Evaluate" }).click();
  assert.match(tab.page.url(), /spend\.webinars=200000/);
  assert.ok(!(await tab.page.locator("#result").innerText()).includes("This is today's plan"));
  await tab.page.locator("#name").fill("More webinars");
  await tab.page.getByRole("button", { name: "Save" }).click();
  assert.match(await tab.page.locator("[role=status]").innerText(), /More webinars/);
  const row = tab.page.locator('[aria-label="Saved plans"] tbody tr', { hasText: "More webinars" }).first();
  assert.equal(await row.count(), 1);
  await row.getByRole("link").click();
  assert.equal(await tab.page.locator("input[name='spend.webinars']").inputValue(), "200000");
  await tab.page.getByRole("button", { name: "Optimize" }).click();
  assert.match(tab.page.url(), /do=optimize/);
  const sheet = await fetch(`${server.base}/planner/plan.xlsx${new URL(tab.page.url()).search}`);
  assert.equal(Buffer.from(await sheet.arrayBuffer()).subarray(0, 2).toString(), "PK");
  await tab.close();
});
