// The selection, the published counts, and the words for both. Nothing is counted here: a count is looked up.
(function (C) {
  "use strict";
  const NBSP = "\u00a0";
  const CHANGES = {u: ["▲", "en hausse"], d: ["▼", "en baisse"], s: ["=", "stable"]};

  C.createBoard = function () {
    const data = C.data("donnees");
    const months = data.months.length, regions = data.regions.length + 1, categories = data.categories.length + 1;
    const cube = C.numbers(data.cube);
    const areas = data.areas.map(C.numbers), cercles = data.cercles.map(C.numbers);
    const state = {m: months - 1, r: 0, c: 0}, drawers = [];

    function count(index) {
      const told = data.counts[index];
      return {text: told[0], low: told[1], high: told[2], cls: told[3], exact: told[4] === 1, told: told[1] >= 0};
    }
    function at(m, r, c) { return (m * regions + r) * categories + c; }

    const board = {
      data: data, state: state, months: months, regions: regions, categories: categories,
      last: months - 1,
      cell: function (m, r, c) { return count(cube[at(m, r, c)]); },
      area: function (m, i) { return count(areas[m][i]); },
      cercle: function (m, i) { return count(cercles[m][i]); },
      count: count,
      change: function (m, r, c) { return data.changes[at(m, r, c)]; },
      classIndex: function (key) { return data.classes.findIndex(function (entry) { return entry.key === key; }); },
      onDraw: function (draw) { drawers.push(draw); },
      draw: function () { drawers.forEach(function (draw) { draw(state); }); },
      select: function (change) {
        Object.assign(state, change);
        C.by("choix-mois").value = state.m;
        C.by("choix-region").value = state.r;
        C.by("choix-categorie").value = state.c;
        board.draw();
        if (board.remember) board.remember();
        C.say(board.phrase() + NBSP + ": " + board.cell(state.m, state.r, state.c).text);
      },
      // Choosing again what is chosen lets it go.
      toggle: function (name, value) { board.select({[name]: state[name] === value ? 0 : value}); },
      place: function (r) { return r ? "région " + C.of(data.regions[r - 1]) : "toutes les régions"; },
      kind: function (c) {
        const label = c ? data.categories[c - 1].label : "toutes les catégories";
        return label.charAt(0).toLowerCase() + label.slice(1);
      },
      phrase: function () {
        const month = data.months[state.m].label;
        return month.charAt(0).toUpperCase() + month.slice(1) + ", " + board.place(state.r) + ", " + board.kind(state.c);
      },
    };
    return board;
  };

  // The noun of a figure: 0 and 1 have it in the singular.
  C.noun = function (text, one, many) { return text === "0" || text === "1" ? one : many; };

  C.changeMark = function (letter) {
    const words = CHANGES[letter];
    if (!words) return null;
    return C.el("span", {class: "fleche fleche-" + {u: "up", d: "down", s: "same"}[letter]},
      C.el("span", {"aria-hidden": "true"}, words[0]), C.el("span", {class: "hors-vue"}, " " + words[1]));
  };

  C.percent = function (part, whole) {
    const share = 100 * part / whole;
    if (!(whole > 0)) return "–";
    if (share > 0 && share < 0.5) return "moins de 1\u202f%";
    if (share >= 99.5 && share < 100) return "plus de 99\u202f%";
    return Math.floor(share + 0.5) + "\u202f%";
  };

  // The one that is certainly ahead of the others, whatever hides in what is not published; null where none is.
  // most: what each can be at most, from the totals that the bulletin prints.
  C.leader = function (counts, most) {
    const tops = counts.map(function (count, i) { return count.told && count.high >= 0 ? count.high : most[i]; });
    const found = counts.findIndex(function (count, i) {
      return count.told && tops.every(function (top, j) { return j === i || count.low > top; });
    });
    return found < 0 ? null : found;
  };
})(Cartes);
