"use strict";
(() => {
  // Everything is on the page already; this only hides what was not asked for, and says how much is left.
  const filter = document.getElementById("filter");
  if (!filter) return;
  const field = (id) => document.getElementById(id);
  const [words, agency, status, from, to] = ["words", "agency", "status", "due-from", "due-to"].map(field);
  const fields = [words, agency, status, from, to];
  const shown = field("shown");
  const cards = [...document.querySelectorAll("article.action")];
  const groups = [...document.querySelectorAll("[data-group]")].reverse();
  const plain = (text) => text.normalize("NFC").toLowerCase().replace(/[‘’]/g, "'").replace(/\s+/g, " ");
  const texts = new Map();
  const textOf = (card) => {
    if (!texts.has(card)) texts.set(card, plain(card.textContent));
    return texts.get(card);
  };

  const apply = () => {
    const asked = fields.some((one) => one.value !== "");
    const sought = plain(words.value).split(" ").filter(Boolean);
    let count = 0;
    for (const card of cards) {
      const { section, counts, due = "" } = card.dataset;
      const kept =
        (!agency.value || section === agency.value) &&
        (!status.value || counts.split(" ").includes(status.value)) &&
        (!from.value || (due !== "" && due >= from.value)) &&
        (!to.value || (due !== "" && due <= to.value)) &&
        sought.every((word) => textOf(card).includes(word));
      card.hidden = !kept;
      count += kept;
    }
    for (const group of groups) group.hidden = asked && !group.querySelector("article.action:not([hidden])");
    const all = `${cards.length} action${cards.length === 1 ? "" : "s"}`;
    shown.textContent = asked ? `${count} of ${all} shown` : all;
    document.body.classList.toggle("filtered", asked);
  };

  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  };
  const clear = () => {
    for (const one of fields) one.value = "";
    apply();
  };

  // A count leads to its actions: without this script to the list of them, with it to the actions themselves.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-status]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    for (const one of fields) one.value = "";
    status.value = link.dataset.status;
    agency.value = link.dataset.section || "";
    apply();
    const heading = field("actions");
    heading.focus({ preventScroll: true });
    heading.scrollIntoView();
  });

  // A link to an action that is hidden shows everything again, so that no link leads nowhere.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) {
      clear();
      target.scrollIntoView();
    }
  };

  words.addEventListener("input", soon);
  for (const one of [agency, status, from, to]) one.addEventListener("change", apply);
  field("clear").addEventListener("click", () => {
    clear();
    words.focus();
  });
  addEventListener("hashchange", reveal);
  filter.hidden = false;
  apply();
  reveal();
})();
