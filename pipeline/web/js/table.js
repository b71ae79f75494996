// The table of figures: sorting, search, filters, pages of rows; all rows when it is printed.
(function (C) {
  "use strict";
  const MANY = 60;

  function columnOf(source, count, legend, untold) {
    const values = source.d || source.v, positions = source.d ? C.numbers(source.v) : null;
    const at = positions ? function (row) { return positions[row]; } : function (row) { return row; };
    const texts = values.map(function (value) {
      if (value === null) return "";
      if (source.kind === "month") return C.monthName(value);
      if (source.kind === "date") return C.dayName(value);
      return typeof value === "number" ? C.number(value) : value;
    });
    let plain = null, ranks = null;
    return {
      key: source.key, label: source.label, kind: source.kind,
      text: function (row) { return texts[at(row)]; },
      value: function (row) { return values[at(row)]; },
      longest: function () { return texts.reduce(function (most, text) { return Math.max(most, text.length); }, 0); },
      numeric: function (row) { return typeof values[at(row)] === "number"; },
      has: function (words) {
        plain = plain || texts.map(C.normalise);
        const hits = words.map(function (word) {
          return plain.map(function (text) { return text.indexOf(word) >= 0; });
        });
        return function (row, n) { return hits[n][at(row)]; };
      },
      // Position of each value in the order of this column; rows then compare as whole numbers.
      rank: function (row) {
        ranks = ranks || rankAll(values, legend);
        return ranks[at(row)];
      },
      // Values come before what is not published, not covered or empty, whichever way they are sorted.
      told: function (row, figures) {
        const value = values[at(row)];
        if (value === null || value === "") return 2;
        return untold.has(value) || (figures && typeof value === "string" && !/^\d/.test(value) && !legend.has(value)) ? 1 : 0;
      },
      distinct: function () {
        const seen = new Map();
        for (let row = 0; row < count && seen.size <= MANY; row++) {
          if (texts[at(row)] !== "") seen.set(texts[at(row)], this.rank(row));
        }
        return Array.from(seen).sort(function (a, b) { return a[1] - b[1]; }).map(function (pair) { return pair[0]; });
      },
    };
  }

  // Numbers by size ("1 à 4" stands just after 1), then texts in French order, empty cells last. Texts that
  // are all classes of the legend keep its order: "Stable" before "Modérée".
  function rankAll(values, legend) {
    const classed = values.every(function (value) { return value === null || value === "" || legend.has(value); });
    const collator = new Intl.Collator("fr", {numeric: true, sensitivity: "base"});
    const keys = values.map(function (value) {
      if (value === null || value === "") return [2, 0, ""];
      if (typeof value === "number") return [0, value, ""];
      if (classed) return [0, legend.get(value), ""];
      const lead = /^\d+(?=\s*(à|et plus|ou plus))/.exec(value);
      return lead ? [0, Number(lead[0]) + 0.5, value] : [1, 0, value];
    });
    const order = keys.map(function (key, i) { return i; }).sort(function (a, b) {
      const x = keys[a], y = keys[b];
      return x[0] - y[0] || x[1] - y[1] || collator.compare(x[2], y[2]);
    });
    const ranks = new Array(values.length);
    order.forEach(function (i, position) {
      const before = order[position - 1];
      const same = position && keys[i][0] === keys[before][0] && keys[i][1] === keys[before][1] &&
        keys[i][2] === keys[before][2];
      ranks[i] = same ? ranks[before] : position;
    });
    return ranks;
  }

  C.startTable = function (app) {
    const source = app.data.table, count = source.count;
    const legend = app.legendOrder ? app.legendOrder() : new Map(), untold = app.untold ? app.untold() : new Set();
    const columns = source.columns.map(function (column) { return columnOf(column, count, legend, untold); });
    const body = C.by("tableau-lignes"), status = C.by("tableau-etat");
    const state = {sort: -1, down: false, page: 0, size: C.phone() ? 25 : 50, words: [], chosen: {}, all: false};
    const unsaid = new Set(C.sums(C.numbers(source.unsaid)));
    let order = null, rows = [];

    function values(column) {
      for (let row = 0; row < count; row++) if (column.numeric(row)) return true;
      return column.kind === "number";
    }
    function select() {
      if (!order) {
        order = [];
        for (let i = 0; i < count; i++) order.push(i);
        // As the map matters: areas with data first, the gravest class before.
        if (state.sort < 0 && app.weight) {
          const weights = source.keys.map(app.weight);
          order.sort(function (a, b) { return weights[b] - weights[a] || a - b; });
        }
        if (state.sort >= 0) {
          const column = columns[state.sort], sign = state.down ? -1 : 1;
          const valued = values(column);
          const last = function (row) { return column.told(row, valued); };
          order.sort(function (a, b) {
            return last(a) - last(b) || sign * (column.rank(a) - column.rank(b)) || a - b;
          });
        }
      }
      const tests = state.words.length ? columns.map(function (column) { return column.has(state.words); }) : [];
      const chosen = Object.keys(state.chosen).map(Number);
      rows = order.filter(function (row) {
        if (app.keeps && !app.keeps(source.keys[row])) return false;
        if (chosen.some(function (c) { return columns[c].text(row) !== state.chosen[c]; })) return false;
        return state.words.every(function (word, n) { return tests.some(function (test) { return test(row, n); }); });
      });
    }

    // The column that names a row's area: the one that agrees with the map most often, the first without a map.
    const unitOf = function (row) { return app.world ? app.world.byCode.get(source.keys[row]) : null; };
    const hits = columns.map(function (column) {
      let sum = 0;
      for (let row = 0; row < count; row++) sum += Number(Boolean(unitOf(row)) && unitOf(row).name === column.text(row));
      return sum;
    });
    const head = hits.indexOf(Math.max(...hits));
    // On a phone a row is a card: the place under the name, long texts on a line each, figures side by side.
    const card = columns.map(function (column, c) {
      if (c === head) return "";
      if (column.key === "region" || column.key === "cercle") return "lieu";
      return column.longest() > 16 ? "long" : "";
    });
    const figures = columns.length - 1 - card.filter(Boolean).length;
    body.parentNode.classList.toggle("paires", figures < 3);
    const lines = [];
    function line(row) {
      const place = unitOf(row) || (app.eventOf && app.eventOf(source.keys[row]));
      const tr = C.el("tr", {role: "row"});
      columns.forEach(function (column, c) {
        const text = column.text(row);
        const kind = column.numeric(row) || column.kind === "number" ? "nombre" : column.kind === "month" || column.kind === "date" ? "temps" : "";
        // The roles keep a card a row of a table for screen readers.
        const cell = C.el(c === head ? "th" : "td", {class: (kind + " " + card[c]).trim() || null, scope: c === head ? "row" : null,
          role: c === head ? "rowheader" : "cell", "data-nom": c === head ? null : column.label});
        if (c === head && place) {
          cell.appendChild(C.el("button", {type: "button", class: "lien", "data-ligne": source.keys[row],
            title: "Voir sur la carte"}, text || place.name));
        } else cell.textContent = text;
        tr.appendChild(cell);
      });
      return tr;
    }

    // Violations in the rows that are shown: a row is one, or says how many; a class leaves several possible.
    const counted = columns.find(function (column) { return column.key === "nombre"; });
    function sum() {
      let low = 0, high = 0, open = 0;
      rows.forEach(function (row) {
        const value = counted ? counted.value(row) : 1, ends = /^(\d+)\sà\s(\d+)$/.exec(value);
        if (typeof value === "number") {
          low += value;
          high += value;
        } else if (ends) {
          low += Number(ends[1]);
          high += Number(ends[2]);
        } else open++;
      });
      return (low === high ? C.plural(low, "violation") : "De " + C.number(low) + " à " + C.plural(high, "violation")) +
        (open ? " et " + C.plural(open, "ligne") + " au nombre non publié" : "") + " en ";
    }

    function show() {
      // On paper, areas of which nothing is told stand by name below the table, unless the reader has chosen rows.
      const rest = C.by("tableau-reste"), whole = rows.length === count;
      rest.hidden = state.all && !whole;
      const all = rows;
      if (state.all && whole) rows = rows.filter(function (row) { return !unsaid.has(row); });
      write();
      rows = all;
    }
    function write() {
      const size = state.all ? rows.length : state.size || rows.length;
      const pages = Math.max(1, Math.ceil(rows.length / Math.max(1, size)));
      state.page = Math.min(state.page, pages - 1);
      const start = state.page * size, part = rows.slice(start, start + size);
      const fragment = document.createDocumentFragment();
      part.forEach(function (row) { fragment.appendChild(lines[row] || (lines[row] = line(row))); });
      C.empty(body).appendChild(fragment);
      status.textContent = (app.world ? "" : sum()) + (rows.length === count ? C.plural(count, "ligne")
        : C.plural(rows.length, "ligne") + " sur " + C.number(count)) +
        (pages > 1 ? ", de " + C.number(start + 1) + " à " + C.number(start + part.length) : "");
      C.by("tableau-page").textContent = "Page " + (state.page + 1) + " sur " + pages;
      C.by("tableau-avant").disabled = state.page === 0;
      C.by("tableau-apres").disabled = state.page >= pages - 1;
    }
    function refresh() {
      state.page = 0;
      select();
      show();
    }

    const heads = C.el("tr", {role: "row"});
    columns.forEach(function (column, c) {
      heads.appendChild(C.el("th", {scope: "col", class: c === head ? "tete-lignes" : null, role: "columnheader", "data-nom": column.label}, C.el("button", {type: "button", click: function () {
        // Of figures, the largest first.
        state.down = state.sort === c ? !state.down : values(column);
        state.sort = c;
        order = null;
        Array.from(heads.children).forEach(function (th, k) {
          if (k === c) th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
          else th.removeAttribute("aria-sort");
        });
        refresh();
        C.say("Trié par " + column.label + (state.down ? ", ordre décroissant" : ", ordre croissant"));
      }}, column.label)));
    });
    C.empty(C.by("tableau-tetes")).appendChild(heads);

    // Columns of few distinct values are filters. A list of months or places is short; numbers are not offered.
    const filters = C.by("tableau-filtres");
    if (C.phone()) filters.parentNode.open = false;
    columns.forEach(function (column, c) {
      if (column.kind === "number" || count < 20) return;
      // Of columns that are months, the latest is enough.
      const month = /^\d{4}-\d{2}$/;
      if (month.test(column.key) && columns.slice(c + 1).some(function (other) { return month.test(other.key); })) return;
      const options = column.distinct();
      if (options.length < 2 || options.length > MANY || options.length > count / 2) return;
      const box = C.el("select", {id: "filtre-" + c, change: function () {
        if (box.value === "") delete state.chosen[c];
        else state.chosen[c] = options[Number(box.value)];
        refresh();
      }}, C.el("option", {value: ""}, "Tous"));
      options.forEach(function (text, i) { box.appendChild(C.el("option", {value: i}, C.clip(text, 60))); });
      filters.appendChild(C.el("label", {for: "filtre-" + c}, C.el("span", {}, column.label), box));
    });

    let timer = 0;
    C.by("tableau-cherche").addEventListener("input", function (event) {
      clearTimeout(timer);
      timer = setTimeout(function () {
        state.words = C.normalise(event.target.value).split(" ").filter(Boolean);
        refresh();
      }, 120);
    });
    C.by("tableau-effacer").addEventListener("click", function () {
      state.words = [];
      state.chosen = {};
      state.sort = -1;
      order = null;
      Array.from(heads.children).forEach(function (th) { th.removeAttribute("aria-sort"); });
      C.by("tableau-cherche").value = "";
      Array.from(filters.querySelectorAll("select")).forEach(function (box) { box.value = ""; });
      if (app.showAll) app.showAll();
      refresh();
    });
    C.by("tableau-taille").addEventListener("change", function (event) {
      state.size = Number(event.target.value);
      refresh();
    });
    C.by("tableau-taille").value = String(state.size);
    // The next rows are read from their beginning.
    function turn(step) {
      state.page += step;
      show();
      status.scrollIntoView();
    }
    C.by("tableau-avant").addEventListener("click", function () { turn(-1); });
    C.by("tableau-apres").addEventListener("click", function () { turn(1); });
    body.addEventListener("click", function (event) {
      const button = event.target.closest("[data-ligne]");
      if (!button) return;
      const unit = app.world.byCode.get(button.getAttribute("data-ligne"));
      C.by("carte").scrollIntoView({block: "nearest"});
      if (unit) {
        app.zoomTo(unit);
        C.showUnit(app, unit, {focus: true});
      } else app.showEvent(button.getAttribute("data-ligne"));
    });
    app.refreshTable = refresh;
    app.table = {
      rows: function () { return rows; },
      text: function (row, c) { return columns[c].text(row); },
      value: function (row, c) { return columns[c].value(row); },
    };
    app.printTable = function (printing) {
      if (state.all === printing) return;
      state.all = printing;
      show();
    };
    // A list of several months opens on the latest.
    const month = columns.findIndex(function (column) { return column.kind === "month"; });
    const box = app.world ? null : C.by("filtre-" + month), name = C.monthName(app.data.month);
    const option = box ? Array.from(box.options).find(function (o) { return o.textContent === name; }) : null;
    if (option) {
      box.value = option.value;
      state.chosen[month] = name;
    }
    refresh();
  };
})(Cartes);
