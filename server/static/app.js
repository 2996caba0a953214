// Quickness on top of pages that work without scripts: the planner's sliders and forms that submit when changed.
"use strict";

for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
  for (const button of form.querySelectorAll("[data-only-without-scripts]")) button.hidden = true;
}

const planner = document.querySelector("form[data-planner]");
if (planner) {
  const result = document.getElementById("result");
  let running = null;
  let wanted = false;

  // The state of the view is the form, and the form is the URL. A newer drag takes the place of one that waits.
  const refresh = async () => {
    if (running) { wanted = true; return; }
    const query = new URLSearchParams(new FormData(planner));
    query.delete("do");
    running = fetch(`${planner.dataset.planner}?${query}`, { headers: { Accept: "text/html" } });
    try {
      const answer = await running;
      result.innerHTML = await answer.text();
      result.dataset.shown = String(Number(result.dataset.shown || 0) + 1);
      history.replaceState(null, "", `?${query}`);
    } finally {
      running = null;
      if (wanted) { wanted = false; refresh(); }
    }
  };

  for (const row of planner.querySelectorAll(".slider")) {
    const range = row.querySelector("input[type=range]");
    const number = row.querySelector("input[type=number]");
    const lock = row.querySelector("input[type=checkbox]");
    const locked = () => { range.disabled = lock.checked; number.readOnly = lock.checked; };
    range.hidden = false;
    range.addEventListener("input", () => { number.value = range.value; refresh(); });
    number.addEventListener("input", () => { if (number.checkValidity()) { range.value = number.value; refresh(); } });
    lock.addEventListener("change", () => { locked(); refresh(); });
    locked();
  }
}
