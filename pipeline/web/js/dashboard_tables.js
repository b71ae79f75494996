// The key figures and the bulletin's two tables, for what is chosen.
(function (C) {
  "use strict";

  C.startBoardTables = function (board) {
    const data = board.data, cards = C.by("chiffres");

    function card(value, label, detail, mark) {
      cards.appendChild(C.el("li", {}, C.el("b", {class: /^\D/.test(value) && value.length > 4 ? "mot" : ""}, value, mark),
        C.el("span", {}, label), detail ? C.el("small", {}, detail) : null));
    }

    function figures(state) {
      const month = data.months[state.m], now = board.cell(state.m, state.r, state.c);
      const letter = board.change(state.m, state.r, state.c), sum = data.sums[state.r][state.c];
      C.empty(cards);
      C.by("phrase").textContent = board.phrase();
      card(now.text, C.noun(now.text, "violation", "violations") + " en " + month.label, letter === "-" ? "" : letter === "o" ? "évolution non publiée"
        : "contre " + board.cell(state.m - 1, state.r, state.c).text + " en " + data.months[state.m - 1].name, C.changeMark(letter));
      card(sum[0], C.of(data.months[0].name) + " à " + data.months[board.last].label,
        [state.r && /%/.test(sum[1]) ? sum[1] + " du pays" : "", data.received].filter(Boolean).join(" ; "));
      if (state.c && state.r) {
        const whole = board.cell(state.m, state.r, 0);
        card(now.exact && whole.exact ? C.percent(now.low, whole.low) : "non publié", "des violations de la région",
          "sur " + whole.text + " en " + month.name);
      } else {
        const ofRegion = state.c > 0, total = board.cell(state.m, state.r, state.c);
        const counts = (ofRegion ? data.regions : data.categories).map(function (_, i) {
          return ofRegion ? board.cell(state.m, i + 1, state.c) : board.cell(state.m, state.r, i + 1);
        });
        const most = counts.map(function (_, i) {
          return Math.min(total.low, ofRegion ? board.cell(state.m, i + 1, 0).low : board.cell(state.m, 0, i + 1).low);
        });
        const first = total.low > 0 ? C.leader(counts, most) : null;
        const name = first === null ? "" : ofRegion ? data.regions[first] : data.categories[first].short;
        card(first === null ? (total.low > 0 ? "non publié" : "–") : counts[first].text,
          ofRegion ? "première région" : "première catégorie", name);
      }
      data.cards.forEach(function (entry) {
        const told = entry.told[state.m + "," + state.r];
        card(told ? told[0] : "–", told ? C.noun(told[0], entry.one, entry.label) : entry.label, (told ? told[1] : entry.elsewhere) + (state.c && told ? " (toutes catégories)" : ""));
      });
    }

    function fill(key, row, chosen, state) {
      const table = C.by("tableau-" + key), lines = Array.from(table.tBodies[0].rows);
      lines.forEach(function (line, i) {
        const which = i === lines.length - 1 ? 0 : i + 1;
        const cells = Array.from(line.cells).slice(1);
        const told = row(which);
        cells.forEach(function (cell, j) {
          cell.textContent = told[j];
          cell.className = (j === state.m ? "choisi " : "") + (told[j].length > 6 ? "mots" : "");
        });
        line.classList.toggle("choisi", chosen > 0 && which === chosen);
      });
    }

    function months(r, c) {
      const told = [];
      for (let j = 0; j < 12; j++) {
        told.push(j < board.months && data.months[j].known ? board.cell(j, r, c).text : "–");
      }
      return told;
    }

    function tables(state) {
      fill("categories", function (c) { return months(state.r, c); }, state.c, state);
      fill("regions", function (r) { return months(r, state.c).concat(data.sums[r][state.c]); }, state.r, state);
      C.by("legende-categories").querySelector(".choisi").textContent = state.r ? " – " + board.place(state.r) : "";
      C.by("legende-regions").querySelector(".choisi").textContent = state.c ? " – " + board.kind(state.c) : "";
      C.by("lecture-categories").hidden = state.r > 0;
      C.by("lecture-regions").hidden = state.c > 0;
    }
    board.onDraw(figures);
    board.onDraw(tables);
  };
})(Cartes);
