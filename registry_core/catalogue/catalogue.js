// Hides the entries that a search or a filter leaves out. Without it, all are shown.
"use strict";

(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const search = document.getElementById("search");
  const selects = ["registry", "scope", "provider", "state"].map((name) =>
    document.getElementById(name)
  );
  const status = document.getElementById("status");
  const none = document.getElementById("none");
  const groups = [...document.querySelectorAll("section.registry")].map((section) => ({
    section,
    registry: section.dataset.registry,
    scopes: [...section.querySelectorAll("section.scope")].map((part) => ({
      section: part,
      scope: part.dataset.scope,
      rows: [...part.querySelectorAll("li")].map((row) => ({
        row,
        provider: row.dataset.provider,
        states: row.dataset.state.split(" "),
        text: (row.dataset.find + " " + row.textContent).toLowerCase(),
      })),
    })),
  }));
  const all = groups.flatMap((group) => group.scopes.flatMap((part) => part.rows)).length;
  const number = (count) => count.toLocaleString("en");

  function apply() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [registry, scope, provider, state] = selects.map((each) => each.value);
    let shown = 0;
    for (const group of groups) {
      let inGroup = 0;
      const isAsked = !registry || group.registry === registry;
      for (const part of group.scopes) {
        let inPart = 0;
        // A scope is asked for with all that is within it; the root alone.
        const fits =
          isAsked && (!scope || part.scope === scope || part.scope.startsWith(scope + "."));
        for (const each of part.rows) {
          const wanted =
            fits &&
            (!provider || each.provider === provider) &&
            (!state || each.states.includes(state)) &&
            words.every((word) => each.text.includes(word));
          if (each.row.hidden === wanted) each.row.hidden = !wanted;
          if (wanted) inPart += 1;
        }
        part.section.hidden = !inPart;
        inGroup += inPart;
      }
      const isFiltered = words.length || scope || provider || state;
      group.section.hidden = !isAsked || Boolean(isFiltered && !inGroup);
      shown += inGroup;
    }
    none.hidden = shown > 0;
    status.textContent =
      shown === all ? `${number(all)} shown` : `${number(shown)} of ${number(all)} shown`;
  }

  // The address keeps what is asked, so that it can be sent, and that "back" leads there again.
  function remember() {
    const asked = new URLSearchParams();
    for (const each of [search, ...selects]) if (each.value) asked.set(each.id, each.value);
    const text = asked.toString();
    history.replaceState(null, "", text ? `#?${text}` : location.pathname + location.search);
  }

  function recall() {
    if (!location.hash.startsWith("#?")) return;
    const asked = new URLSearchParams(location.hash.slice(2));
    for (const each of [search, ...selects]) each.value = asked.get(each.id) || "";
  }

  function clear() {
    for (const each of [search, ...selects]) each.value = "";
    apply();
    remember();
    search.focus();
  }

  function move(from, step) {
    const links = [...document.querySelectorAll("section.scope li:not([hidden]) a")].filter(
      (link) => !link.closest("section[hidden]")
    );
    const next = from === search ? 0 : links.indexOf(from) + step;
    (next < 0 ? search : links[Math.min(next, links.length - 1)] || search).focus();
  }

  form.addEventListener("input", () => {
    apply();
    remember();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("clear").addEventListener("click", clear);
  window.addEventListener("hashchange", () => {
    recall();
    apply();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.target;
    const isList = at.matches("section.scope li a");
    if (event.key === "/" && !at.matches("input, select, textarea")) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && at === search) {
      event.preventDefault();
      clear();
    } else if (event.key === "ArrowDown" && (at === search || isList)) {
      event.preventDefault();
      move(at, 1);
    } else if (event.key === "ArrowUp" && isList) {
      event.preventDefault();
      move(at, -1);
    }
  });

  form.hidden = false;
  recall();
  apply();
})();
