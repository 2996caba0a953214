// Quickness on top of pages that work without scripts: figures with tooltips, forms that submit when changed, the
// planner's sliders, the progress of jobs.
"use strict";

const dark = matchMedia("(prefers-color-scheme: dark)");
const narrow = matchMedia("(max-width: 560px)");

// A figure inside the page speaks the page's font and has tooltips; as an image it has neither.
const inline = async (picture) => {
  const image = picture.querySelector("img");
  const source = [...picture.querySelectorAll("source")].find((s) => matchMedia(s.media).matches);
  const address = source ? source.srcset : image.getAttribute("src");
  if (picture.dataset.drawn === address) return;
  picture.dataset.drawn = address;
  const answer = await fetch(address, { headers: { Accept: "image/svg+xml" } });
  if (!answer.ok) return;
  const drawing = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
  // Ground or width may have changed while this was on its way.
  if (drawing.nodeName !== "svg" || picture.dataset.drawn !== address) return;
  picture.parentNode.querySelector(":scope > svg")?.remove();
  picture.before(document.adoptNode(drawing));
  picture.hidden = true;
};
const inlineAll = () => { for (const picture of document.querySelectorAll("figure > picture")) inline(picture).catch(() => {}); };

for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-only-without-scripts]")) button.hidden = true;

// The planner: the form is the state, and the form is the URL. A newer drag takes the place of one that waits.
const planner = document.querySelector("form[data-planner]");
if (planner) {
  const result = document.getElementById("result");
  let running = false;
  let wanted = false;

  const refresh = async () => {
    if (running) { wanted = true; return; }
    running = true;
    const query = new URLSearchParams(new FormData(planner));
    query.delete("name");
    const address = `?${query}`;
    query.set("width", String(Math.round(Math.max(240, result.clientWidth - 32))));
    query.set("theme", dark.matches ? "dark" : "light");
    try {
      const answer = await fetch(`${planner.dataset.planner}?${query}`);
      if (answer.ok) {
        result.innerHTML = await answer.text();
        result.dataset.shown = String(Number(result.dataset.shown) + 1);
        history.replaceState(null, "", address);
      } else {
        const problem = await answer.json().catch(() => ({}));
        result.dataset.problem = `${problem.field ?? "plan"}: ${problem.detail ?? answer.status}`;
      }
      result.toggleAttribute("data-problem", !answer.ok);
    } finally {
      running = false;
      if (wanted) { wanted = false; refresh(); }
    }
  };

  for (const row of planner.querySelectorAll(".slider")) {
    const range = row.querySelector("input[type=range]");
    const [amount, low, high] = row.querySelectorAll("input[type=number]");
    const lock = row.querySelector("input[type=checkbox]");
    const today = Number(range.dataset.today);
    const locked = () => { range.disabled = lock.checked; amount.readOnly = lock.checked; };
    range.hidden = false;
    range.addEventListener("input", () => { amount.value = range.value; refresh(); });
    amount.addEventListener("input", () => {
      if (amount.value === "" || !amount.checkValidity()) return;
      range.value = amount.value;
      refresh();
    });
    for (const bound of [low, high]) {
      bound.addEventListener("input", () => {
        if (!low.checkValidity() || !high.checkValidity() || Number(low.value) > Number(high.value)) return;
        range.min = String(Math.floor((today * Number(low.value)) / 100));
        range.max = String(Math.ceil((today * Number(high.value)) / 100));
        range.value = amount.value;
        refresh();
      });
    }
    lock.addEventListener("change", () => {
      if (lock.checked) { amount.value = String(today); range.value = amount.value; }
      locked();
      refresh();
    });
    locked();
  }
  dark.addEventListener("change", () => { if (result.dataset.shown !== "0") refresh(); });
}

// Jobs tell how far they are; a page with a job that ended is read again.
for (const line of document.querySelectorAll("[data-job]")) {
  const events = new EventSource(`/api/v1/jobs/${line.dataset.job}/events`);
  events.addEventListener("progress", (event) => {
    const { done, what } = JSON.parse(event.data);
    line.querySelector("progress").value = done;
    line.querySelector(".doing").textContent = what;
  });
  events.addEventListener("state", (event) => {
    const { status } = JSON.parse(event.data);
    line.querySelector(".state").textContent = status;
    if (status !== "queued" && status !== "running") {
      events.close();
      location.reload();
    }
  });
}

for (const query of [dark, narrow]) query.addEventListener("change", inlineAll);
inlineAll();
