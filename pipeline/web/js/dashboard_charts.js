// The trend by month, and lists of bars that are buttons. What is not published is hatched or said, never zero.
(function (C) {
  "use strict";

  function top(count) { return count.told ? (count.high < 0 ? count.low : count.high) : 0; }

  // A bar: what is certain full, up to the most it may be pale.
  function bar(count, most, colour, width, height) {
    const scale = most > 0 ? width / most : 0, low = Math.max(count.told ? count.low : 0, 0) * scale;
    return C.svg("svg", {class: "barre", width: width, height: height, "aria-hidden": "true", viewBox: "0 0 " + width + " " + height,
      preserveAspectRatio: "none"},
      C.svg("rect", {class: "fond", width: width, height: height}),
      C.svg("rect", {width: top(count) * scale, height: height, fill: colour, opacity: 0.35}),
      C.svg("rect", {width: low, height: height, fill: colour}));
  }

  function mini(board, pick, colour) {
    const counts = board.data.months.map(function (_, m) { return pick(m); });
    const most = Math.max.apply(null, counts.map(top).concat(1)), step = 8;
    return C.svg("svg", {class: "mini", width: step * counts.length, height: 22, "aria-hidden": "true"},
      counts.map(function (count, m) {
        const h = 20 * top(count) / most;
        return C.svg("rect", {x: m * step, y: 22 - Math.max(h, 1), width: step - 2, height: Math.max(h, 1),
          fill: count.told ? colour : "#b9a6b9", opacity: m === board.state.m ? 1 : 0.45});
      }).reduce(function (group, rect) { group.appendChild(rect); return group; }, C.svg("g")));
  }

  C.startBoardCharts = function (board) {
    const data = board.data, holder = C.by("tendance");

    function lists(state) {
      function fill(id, name, items, count, trend) {
        const list = C.empty(C.by(id)), counts = items.map(function (_, i) { return count(i + 1); });
        const most = Math.max.apply(null, counts.map(top).concat(1));
        items.forEach(function (item, i) {
          const letter = name === "r" ? board.change(state.m, i + 1, state.c) : board.change(state.m, state.r, i + 1);
          list.appendChild(C.el("li", {}, C.el("button", {type: "button", "aria-pressed": String(state[name] === i + 1),
            click: function () { board.toggle(name, i + 1); C.by(id).children[i].firstChild.focus(); }},
            C.el("span", {class: "nom"}, item.label),
            C.el("span", {class: "valeur"}, counts[i].text, C.changeMark(letter)),
            bar(counts[i], most, item.colour, 100, 10),
            mini(board, function (m) { return trend(m, i + 1); }, item.colour))));
        });
      }
      fill("par-categorie", "c", data.categories, function (c) { return board.cell(state.m, state.r, c); },
        function (m, c) { return board.cell(m, state.r, c); });
      fill("par-region", "r", data.regions.map(function (name) {
        return {label: name, colour: state.c ? data.categories[state.c - 1].colour : "#1c5d7c"};
      }), function (r) { return board.cell(state.m, r, state.c); }, function (m, r) { return board.cell(m, r, state.c); });
      C.by("titre-categories").textContent = "Par catégorie" + (state.r ? ", " + board.place(state.r) : "");
      C.by("titre-regions").textContent = "Par région" + (state.c ? ", " + data.categories[state.c - 1].short.toLowerCase() : "");
    }

    function trend(state) {
      const width = Math.max(holder.clientWidth || 320, 280), height = 230, floor = height - 24, head = 20;
      const totals = data.months.map(function (_, m) { return board.cell(m, state.r, state.c); });
      const most = Math.max.apply(null, totals.map(top).concat(1)), step = width / totals.length;
      const tall = function (value) { return (floor - head) * value / most; };
      const svg = C.svg("svg", {width: width, height: height, class: step < 36 ? "serre" : "", role: "img", "aria-label": spoken(state, totals)},
        // (A browser that darkens pages leaves words and colours of a drawing as they are: its paper too, then.)
        C.svg("rect", {width: width, height: height, fill: "#ffffff"}),
        C.svg("defs", {}, C.svg("pattern", {id: "reste", width: 6, height: 6, patternUnits: "userSpaceOnUse"},
          C.svg("rect", {width: 6, height: 6, fill: "#efe3ef"}), C.svg("circle", {cx: 3, cy: 3, r: 1.2, fill: "#8a6d8a"}))));
      totals.forEach(function (total, m) {
        const x = m * step + step * 0.14, wide = step * 0.72;
        let y = floor;
        const group = C.svg("g", {class: "colonne" + (m === state.m ? " choisie" : ""),
          click: function () { if (data.months[m].known) board.select({m: m}); }},
        C.svg("rect", {x: m * step, y: 0, width: step, height: height, class: "fond"}));
        const piece = function (value, colour, pick) {
          const h = tall(value);
          if (h <= 0) return;
          y -= h;
          group.appendChild(C.svg("rect", {x: x, y: y, width: wide, height: h, fill: colour, stroke: "#fff", "stroke-width": 0.6,
            click: function (event) { event.stopPropagation(); board.select({m: m, c: pick === null ? state.c : pick}); }}));
        };
        if (state.c) {
          piece(total.told ? total.low : 0, data.categories[state.c - 1].colour, null);
          piece(total.told ? top(total) - total.low : 0, "url(#reste)", null);
        } else if (total.told) {
          const sum = data.categories.reduce(function (sum, category, i) {
            const count = board.cell(m, state.r, i + 1), value = count.told ? count.low : 0;
            piece(value, category.colour, i + 1);
            return sum + value;
          }, 0);
          piece(total.low - sum, "url(#reste)", null);
        }
        group.appendChild(C.svg("text", {x: x + wide / 2, y: y - 5, class: "total"}, total.told ? total.text : "n.p."));
        if (!data.months[m].known) group.lastChild.textContent = "–";
        group.appendChild(C.svg("text", {x: x + wide / 2, y: height - 7, class: "mois"}, data.months[m].short));
        svg.appendChild(group);
      });
      C.empty(holder).appendChild(svg);
      const hidden = !state.c && totals.some(function (total, m) {
        return total.told && data.categories.some(function (_, i) { return !board.cell(m, state.r, i + 1).exact; });
      });
      C.by("titre-tendance").textContent = (state.c ? "Tendance, " + data.categories[state.c - 1].short.toLowerCase()
        : "Tendance par catégorie") + (state.r ? ", " + board.place(state.r) : "");
      C.by("lecture-tendance").textContent = reading(state) + (hidden ? " En pointillé : catégories non publiées." : "");
    }

    function spoken(state, totals) {
      return "Barres par mois, " + board.place(state.r) + ", " + board.kind(state.c) + ". " + totals.map(function (total, m) {
        return data.months[m].name + " " + (data.months[m].known ? total.text : "–");
      }).join(", ") + ". Détail dans les tableaux du bulletin, plus bas.";
    }

    function reading(state) {
      const month = data.months[state.m], now = board.cell(state.m, state.r, state.c);
      const letter = board.change(state.m, state.r, state.c);
      if (!month.known) return "Aucune donnée pour " + month.label + ".";
      if (letter === "-") return "En " + month.label + ", violations documentées : " + now.text + ", sans mois précédent à comparer.";
      const before = board.cell(state.m - 1, state.r, state.c), from = data.months[state.m - 1].name;
      if (!now.exact || !before.exact) {
        return C.from(from) + " à " + month.label + " : " + before.text + ", puis " + now.text
          + ({u: ", en hausse.", d: ", en baisse.", s: ", stable."}[letter] || " (évolution non publiée).");
      }
      const verb = {u: "passent de ", d: "reculent de ", s: "restent stables, de "}[letter];
      return C.from(from) + " à " + month.label + ", les violations documentées " + verb + before.text + " à " + now.text + ".";
    }

    function busiest(state) {
      const list = C.empty(C.by("par-cercle")), note = C.by("note-cercles");
      if (state.c && state.m !== board.last) {
        note.textContent = "Par cercle et catégorie, les violations ne sont publiées que pour " + data.months[board.last].label + ".";
        return;
      }
      let hidden = 0;
      const rows = [];
      data.map.cercles.forEach(function (cercle, i) {
        const region = data.map.regions[cercle.region].counted;
        if (state.r && region !== state.r) return;
        const total = board.cercle(state.m, i), row = data.cercleCategories[i];
        const count = !state.c ? total : row ? board.count(row[state.c - 1])
          : total.exact && total.low === 0 ? total : {told: false, text: "non publié"};
        if (count.told && top(count) > 0) rows.push({name: cercle.name, count: count});
        else if (!count.told && !(total.exact && total.low === 0)) hidden++;
      });
      rows.sort(function (a, b) { return b.count.low - a.count.low || top(b.count) - top(a.count) || a.name.localeCompare(b.name); });
      const shown = rows.slice(0, 8), most = shown.length ? top(shown[0].count) : 1;
      shown.forEach(function (row) {
        list.appendChild(C.el("li", {}, C.el("span", {class: "nom"}, row.name), C.el("span", {class: "valeur"}, row.count.text),
          bar(row.count, most, state.c ? data.categories[state.c - 1].colour : "#b62c2b", 100, 8)));
      });
      const more = rows.length - shown.length;
      note.textContent = [more ? C.plural(more, "autre cercle", "autres cercles") + " avec des violations" : "",
        hidden ? C.plural(hidden, "cercle") + " dont l’effectif n’est pas publié" : "",
        rows.length ? "" : "Aucun effectif à montrer"].filter(Boolean).join(" ; ") || "";
    }

    function profiles(state) {
      const box = C.by("profils");
      if (!box) return;
      C.empty(box);
      const last = data.months[board.last].label;
      let missing = 0;
      if (state.m === board.last) data.profiles.titles.forEach(function (title) {
        const parts = data.profiles.told[title[0] + "," + state.r + "," + state.c];
        if (!parts) {
          if (title[0] !== "type" || state.c) missing++;
          return;
        }
        const rows = parts.map(function (part) { return {label: part[0], count: board.count(part[1])}; });
        const most = Math.max.apply(null, rows.map(function (row) { return top(row.count); }).concat(1));
        const colour = state.c ? data.categories[state.c - 1].colour : "#1c5d7c";
        box.appendChild(C.el("section", {"aria-label": title[1]}, C.el("h3", {}, title[1]),
          C.el("ul", {class: "barres muettes"}, rows.reduce(function (group, row) {
            group.appendChild(C.el("li", {}, C.el("span", {class: "nom"}, row.label), C.el("span", {class: "valeur"}, row.count.text),
              bar(row.count, most, colour, 100, 8)));
            return group;
          }, document.createDocumentFragment()))));
      });
      C.by("note-profils").textContent = state.m !== board.last ? "Publié pour " + last + " seulement."
        : board.phrase() + "." + (state.c ? "" : " Choisissez une catégorie pour en voir les types.") + (missing ? " " + C.plural(missing, "profil") + " non publié" + (missing > 1 ? "s" : "") + " pour cette sélection." : "");
    }

    // Before the page shows itself the chart has no width to go by.
    board.fit = function () { if (Number(holder.firstChild.getAttribute("width")) !== holder.clientWidth) trend(board.state); };
    board.onDraw(trend);
    board.onDraw(lists);
    board.onDraw(busiest);
    board.onDraw(profiles);
  };
})(Cartes);
