// Work that changes something: imports with a dry run first, fits as jobs, promotion; and a server with no data.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { VARIANTS, accessible, fits, launch, open } from "./chromium.mjs";
import { demo, empty } from "./server.mjs";

let server, bare, browser;
before(async () => { [server, bare] = await Promise.all([demo(), empty()]); browser = await launch(); });
after(async () => { await browser?.close(); await Promise.all([server?.stop(), bare?.stop()]); });

const csv = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

const weekly = () => {
  const lines = ["DATE,revenue,tv_S,search_S,competitor_sales_B"];
  for (let week = 0; week < 60; week += 1) {
    const day = new Date(Date.UTC(2024, 0, 1 + 7 * week)).toISOString().slice(0, 10);
    lines.push(`${day},${1000 + (week * 37) % 200},${(week * 53) % 300},${50 + (week * 29) % 90},${2000 + (week * 11) % 100}`);
  }
  return lines.join("\n");
};

test("a file is shown in a dry run first and imported on the word", async () => {
  for (const variant of [VARIANTS[0], VARIANTS[5]]) {
    const tab = await open(browser, variant);
    await tab.page.goto(`${bare.base}/data`);
    const before = await tab.page.locator('[aria-label="Imports"] tbody tr').count();
    const kind = variant.scripts ? "spend" : "more";
    const text = `date,channel,amount,currency\n2026-01-05,${kind},100.50,EUR\n2026-01-12,${kind},90.00,EUR\n`;
    await tab.page.setInputFiles("#file", csv(`${kind}.csv`, text));
    await tab.page.locator("#as").fill("canonical:spend");
    await tab.page.getByRole("button", { name: "Dry run" }).click();
    const dry = await tab.page.locator(".dry").innerText();
    assert.match(dry, /2 read, 2 taken, 0 left out/);
    assert.match(dry, /canonical:spend/);
    await fits(tab.page);
    if (variant.scripts) await accessible(tab.page);
    const listed = await (await fetch(`${bare.base}/api/v1/imports`)).json();
    assert.equal(listed.data.length, before, "nothing is written by a dry run");
    await tab.page.getByRole("button", { name: "Import the rows" }).click();
    assert.match(await tab.page.locator("[role=status]").innerText(), new RegExp(`${kind}.csv: 2 rows taken`));
    assert.equal(await tab.page.locator('[aria-label="Imports"] tbody tr').count(), before + 1);
    await tab.close();
  }
});

test("a bad row is shown with its line, what is wrong and what would be accepted", async () => {
  const tab = await open(browser);
  await tab.page.goto(`${bare.base}/data`);
  const text = "date,channel,amount,currency\n2026-02-02,events,12.30,EUR\n2026-02-09,events,lots,EUR\n2026-02-31,events,5,EUR\n";
  await tab.page.setInputFiles("#file", csv("bad.csv", text));
  await tab.page.locator("#as").fill("canonical:spend");
  await tab.page.getByRole("button", { name: "Dry run" }).click();
  const table = await tab.page.locator(".rejects tbody tr").evaluateAll((all) => all.map((r) => [...r.cells].map((c) => c.innerText.trim())));
  assert.equal(table.length, 2);
  assert.deepEqual(table.map((r) => r[0]), ["3", "4"]);
  assert.equal(table[0][1], "amount");
  assert.equal(table[0][2], "lots");
  assert.ok(table.every((r) => r[3] && r[4]), "each says what is wrong and what would be accepted");
  await accessible(tab.page);
  await tab.close();
});

test("a file of no known layout is refused with what would be accepted", async () => {
  const tab = await open(browser);
  await tab.page.goto(`${bare.base}/data`);
  await tab.page.setInputFiles("#file", csv("poem.csv", "roses,violets\nred,blue\n"));
  await tab.page.getByRole("button", { name: "Dry run" }).click();
  const dry = await tab.page.locator(".dry").innerText();
  assert.match(dry, /refused/);
  assert.match(dry, /Accepted:/);
  assert.equal(await tab.page.getByRole("button", { name: "Import the rows" }).count(), 0);
  await tab.close();
});

test("a weekly table alone gives every page: import, fit, ROI", async () => {
  const tab = await open(browser);
  await tab.page.goto(`${bare.base}/data`);
  await tab.page.setInputFiles("#file", csv("weekly.csv", weekly()));
  await tab.page.locator("#as").fill("robyn");
  await tab.page.getByRole("button", { name: "Dry run" }).click();
  await tab.page.getByRole("button", { name: "Import the rows" }).click();
  await tab.page.goto(`${bare.base}/model`);
  await tab.page.selectOption("#kpi", { index: 0 });
  await tab.page.getByRole("button", { name: "Fit", exact: true }).click();
  await tab.page.getByRole("link", { name: "look at the run" }).first().waitFor({ timeout: 60_000 });
  for (const path of ["/", "/channels", "/planner", "/model", "/finance", "/funnel", "/attribution"]) {
    const answer = await tab.page.goto(bare.base + path);
    assert.equal(answer.status(), 200, path);
    await fits(tab.page);
  }
  await tab.page.goto(bare.base);
  assert.ok((await tab.page.locator(".tile").count()) >= 3);
  assert.deepEqual(tab.errors, []);
  await tab.close();
});

test("a fit runs as a job, its run can be compared and promoted", async () => {
  const tab = await open(browser);
  await tab.page.goto(`${server.base}/model`);
  const first = await tab.page.locator("tr.shown th a").getAttribute("title");
  await tab.page.selectOption("#kpi", "mql");
  await tab.page.selectOption("#estimator", "ridge");
  await tab.page.locator("#seed").fill("11");
  await tab.page.getByRole("button", { name: "Fit", exact: true }).click();
  await tab.page.getByRole("link", { name: "look at the run" }).first().waitFor({ timeout: 60_000 });
  const runs = tab.page.locator('[aria-label="Runs"] tbody tr');
  const made = await runs.first().locator("th a").getAttribute("title");
  assert.notEqual(made, first);
  for (const id of [made, first]) await tab.page.locator(`input[name="compare"][value="${id}"]`).check();
  await tab.page.getByRole("button", { name: "Compare" }).click();
  assert.match(await tab.page.locator("#compared").innerText(), /ROI, Paid search/);
  await runs.first().getByRole("button", { name: "Promote" }).click();
  assert.match(await runs.first().innerText(), /promoted/);
  // The demo's own run is put back for the other tests.
  await tab.page.locator(`tr:has(input[name="compare"][value="${first}"])`).getByRole("button", { name: "Roll back" }).click();
  assert.equal(await tab.page.locator("tr.shown th a").getAttribute("title"), first);
  assert.deepEqual(tab.errors, []);
  await tab.close();
});

test("a wrong fit is refused now, with the field's name", async () => {
  const answer = await fetch(`${server.base}/model`, { method: "POST", body: "kpi=happiness&estimator=ridge", redirect: "manual" });
  assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
  assert.match(await answer.text(), /happiness/);
});

test("a server without data says what to do, on every page", async () => {
  const fresh = await empty();
  try {
    for (const variant of [VARIANTS[0], VARIANTS[3]]) {
      const tab = await open(browser, variant);
      for (const path of ["/", "/channels", "/funnel", "/attribution", "/planner", "/finance", "/model", "/data"]) {
        const answer = await tab.page.goto(fresh.base + path);
        assert.equal(answer.status(), 200, path);
        assert.match(await tab.page.locator("main").innerText(), /import/i, path);
        await fits(tab.page);
        await accessible(tab.page);
      }
      assert.deepEqual(tab.errors, []);
      await tab.close();
    }
  } finally {
    await fresh.stop();
  }
});
