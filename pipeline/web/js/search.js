// Search of regions, cercles, communes and the names on the map: tolerant of accents, hyphens and spelling.
(function (C) {
  "use strict";
  const ORDER = {region: 0, cercle: 1, commune: 2, lieu: 3};
  const NAMES = {region: "Région", cercle: "Cercle", commune: "Commune", lieu: "Lieu"};

  // How well a name answers a query: 0 is best, Infinity not at all.
  C.match = function (query, name) {
    if (!query || !name) return Infinity;
    if (name === query) return 0;
    if (name.indexOf(query) === 0) return 1;
    if ((" " + name).indexOf(" " + query) >= 0) return 2;
    const tight = query.replace(/ /g, ""), close = name.replace(/ /g, "");
    if (tight.length > 2 && close.indexOf(tight) >= 0) return 3;
    if (tight.length < 4) return Infinity;
    const limit = tight.length < 7 ? 1 : 2;
    let best = C.edits(tight, close, limit);
    // A slip in what has been typed so far of a longer name.
    if (close.length > tight.length) best = Math.min(best, C.edits(tight, close.slice(0, tight.length), limit));
    name.split(" ").forEach(function (word) {
      if (word.length > 3) best = Math.min(best, C.edits(tight, word, limit));
    });
    return best <= limit ? 3 + best : Infinity;
  };

  function entries(app) {
    const world = app.world, list = [];
    world.regions.concat(world.cercles, world.level === "commune" ? world.areas : []).forEach(function (area) {
      list.push({name: area.name, kind: area.level, place: world.place(area), unit: area,
        others: world.aliases[area.pcode] || []});
    });
    app.data.labels.forEach(function (label) {
      if (label.style === "village") list.push({name: label.text, kind: "lieu", place: "", at: label.at});
    });
    app.data.symbols.forEach(function (layer) {
      layer.items.forEach(function (item) {
        list.push({name: item.label, kind: "lieu", place: layer.title, item: item, layer: layer, at: item.at});
      });
    });
    list.forEach(function (entry) {
      entry.plain = C.normalise(C.clip(entry.name, 80));
      entry.said = (entry.others || []).map(C.normalise);
    });
    return list;
  }

  C.find = function (app, text, count) {
    if (!app.entries) app.entries = entries(app);
    const query = C.normalise(text);
    const hits = app.entries.map(function (entry) {
      const scores = [entry.plain].concat(entry.said).map(function (name) { return C.match(query, name); });
      const score = Math.min(...scores), code = entry.unit ? entry.unit.pcode.toLowerCase() : "";
      // A seat or a village answers with its commune, and says which name was found.
      entry.by = score < scores[0] ? entry.others[scores.indexOf(score) - 1] : "";
      if (/^ml\d/.test(query) && code.indexOf(query) === 0) return {entry: entry, score: code === query ? 0 : 1};
      return {entry: entry, score: score};
    }).filter(function (hit) { return hit.score < Infinity; });
    hits.sort(function (a, b) {
      return a.score - b.score || ORDER[a.entry.kind] - ORDER[b.entry.kind] ||
        a.entry.plain.length - b.entry.plain.length || (a.entry.plain < b.entry.plain ? -1 : 1);
    });
    return hits.slice(0, count).map(function (hit) { return hit.entry; });
  };

  C.goTo = function (app, entry) {
    if (entry.unit) {
      app.zoomTo(entry.unit);
      C.showUnit(app, entry.unit, {});
    } else {
      app.centre(entry.at);
      if (entry.item) C.showItem(app, entry.item, entry.layer, {});
    }
  };

  C.startSearch = function (app) {
    const input = C.by("cherche"), list = C.by("cherche-liste");
    let found = [], active = -1;

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function choose(i) {
      const entry = found[i];
      if (!entry) return;
      input.value = C.clip(entry.name, 60);
      close();
      C.goTo(app, entry);
    }
    function activate(i) {
      active = i;
      Array.from(list.children).forEach(function (option, k) {
        option.setAttribute("aria-selected", String(k === i));
        if (k === i) {
          input.setAttribute("aria-activedescendant", option.id);
          option.scrollIntoView({block: "nearest"});
        }
      });
    }
    function update() {
      C.empty(list);
      if (C.normalise(input.value).length < 2) return close();
      found = C.find(app, input.value, 8);
      found.forEach(function (entry, i) {
        list.appendChild(C.el("li", {
          id: "choix-" + i, role: "option", "aria-selected": "false",
          mousedown: function (event) { event.preventDefault(); },
          click: function () { choose(i); },
        }, C.el("b", {}, entry.by ? entry.by + " → " + entry.name : entry.name), C.el("span", {}, [NAMES[entry.kind], entry.place].filter(Boolean).join(" · "))));
      });
      if (!found.length) {
        list.appendChild(C.el("li", {role: "option", "aria-disabled": "true", "aria-selected": "false"},
          "Aucun nom ne ressemble à cette recherche"));
      }
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      active = -1;
      input.removeAttribute("aria-activedescendant");
      C.say(found.length ? C.plural(found.length, "proposition") : "aucune proposition");
    }

    input.addEventListener("input", update);
    input.addEventListener("focus", function () { if (input.value && list.hidden) update(); });
    input.addEventListener("blur", function () { setTimeout(close, 150); });
    input.addEventListener("keydown", function (event) {
      const last = found.length - 1;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) update();
        else activate(event.key === "ArrowDown" ? (active >= last ? 0 : active + 1) : (active <= 0 ? last : active - 1));
      } else if (event.key === "Enter") {
        event.preventDefault();
        choose(active < 0 ? 0 : active);
      } else if (event.key === "Escape" && !list.hidden) {
        event.stopPropagation();
        close();
      }
    });
  };
})(Cartes);
