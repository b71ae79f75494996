// Puts the dashboard together: the choices drive everything, and everything drives the choices.
(function (C) {
  "use strict";
  const board = C.board = C.createBoard();
  C.startBoardMap(board);
  C.startBoardTables(board);
  C.startBoardCharts(board);
  [["choix-mois", "m"], ["choix-region", "r"], ["choix-categorie", "c"]].forEach(function (pair) {
    C.by(pair[0]).addEventListener("change", function (event) { board.select({[pair[1]]: Number(event.target.value)}); });
  });
  C.by("tout").addEventListener("click", function () { board.select({m: board.last, r: 0, c: 0}); });
  C.by("choix").addEventListener("submit", function (event) { event.preventDefault(); });
  let width = window.innerWidth, waiting = 0;
  window.addEventListener("resize", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      // A phone that hides its address bar changes height only.
      if (window.innerWidth !== width) board.draw();
      width = window.innerWidth;
    }, 120);
  });
  // Browsers keep what was chosen before a reload; the page shows what the lists say.
  board.state.m = Number(C.by("choix-mois").value);
  board.state.r = Number(C.by("choix-region").value);
  board.state.c = Number(C.by("choix-categorie").value);
  board.draw();

  // The selection in the address: "#ML050412&mois=2021-05&region=Mopti&categorie=B". Back goes to the one before.
  const data = board.data;
  board.address = function (whole) {
    const s = board.state;
    return C.writeAddress(board.code || "", [["mois", whole || s.m !== board.last ? data.months[s.m].key : ""],
      ["region", s.r ? data.regions[s.r - 1] : ""], ["categorie", s.c ? data.categories[s.c - 1].key : ""]]);
  };
  let following = false, wanted = location.hash;
  function follow() {
    const found = C.readAddress(location.hash), at = function (list, value, key) {
      return list.findIndex(function (entry) { return (key ? entry[key] : entry) === value; });
    };
    const month = at(data.months, found.words.mois, "key");
    following = true;
    board.code = "";
    C.by("fiches").hidden = true;
    board.select({m: month < 0 || !data.months[month].known ? board.last : month, r: at(data.regions, found.words.region) + 1,
      c: at(data.categories, found.words.categorie, "key") + 1});
    if (found.code) board.open(found.code);
    following = false;
  }
  board.remember = function () {
    const text = board.address(false);
    if (following || text === wanted) return;
    wanted = text;
    C.setAddress(text, true);
  };
  window.addEventListener("popstate", function () {
    wanted = location.hash;
    // (A link inside the page is no selection.)
    if (!C.by(wanted.slice(1)) || !wanted) follow();
  });
  if (wanted.length > 1 && !C.by(wanted.slice(1))) follow();

  C.startShare({
    data: {slug: "tableau-de-bord", month: data.months[board.last].key},
    stateText: board.address,
    sentence: function () {
      const s = board.state, told = board.cell(s.m, s.r, s.c).text;
      return C.cited(board.phrase() + "\u00a0: " + (/\d/.test(told) ? told + C.noun(told, " violation", " violations") : "nombre " + told), data.about, data.months[board.last].label);
    },
    // The map and beside it the figures, as both are shown.
    picture: function () {
      const drawn = document.createElement("canvas"), ctx = drawn.getContext("2d"), edge = 980, left = edge + 40;
      const texts = function (root, picks) {
        return Array.from(document.querySelectorAll(root)).map(function (node) {
          return picks.map(function (pick) {
            // (An arrow's words are for those who do not see it.)
            const found = node.querySelector(pick);
            return found ? Array.from(found.childNodes).map(function (part) { return (part.firstChild || part).textContent; }).join(" ").trim() : "";
          });
        });
      };
      const cards = texts("#chiffres li", ["b", ":scope > span", "small"]);
      const lists = [["Par catégorie", texts("#par-categorie li", [".nom", ".valeur"])], ["Par région", texts("#par-region li", [".nom", ".valeur"])]];
      const rows = lists[0][1].length + lists[1][1].length;
      drawn.width = C.WIDE;
      drawn.height = Math.max(edge, 74 * cards.length + 2 * 54 + 30 * rows + 20);
      ctx.fillStyle = "#ffffff";
      ctx.fillRect(0, 0, C.WIDE, drawn.height);
      board.paint(ctx, 0, 0, edge, drawn.height);
      const ROW = "400 17px ";
      let y = 0;
      function write(font, colour, text, x, right) {
        ctx.font = font + C.FONT;
        ctx.fillStyle = colour;
        ctx.textAlign = right ? "right" : "left";
        ctx.fillText(text, x, y, right ? 140 : C.WIDE - x - (font === ROW ? 160 : 32));
        return x + ctx.measureText(text).width;
      }
      cards.forEach(function (card) {
        y += 44;
        const end = write("700 32px ", "#1c5d7c", card[0], left);
        write("400 20px ", "#1d2429", card[1], end + 12);
        y += 30;
        write("400 17.5px ", "#56616a", card[2], left);
      });
      lists.forEach(function (list) {
        y += 54;
        write("700 21px ", "#1d2429", list[0], left);
        list[1].forEach(function (row) {
          y += 30;
          write(ROW, "#1d2429", row[0], left);
          write("700 18px ", "#1d2429", row[1], C.WIDE - 32, true);
        });
      });
      return C.framed(drawn, C.by("titre-carte").textContent, board.phrase(), data.about, board.legendEntries());
    },
    // Exactly what the page may show: every month, region and category, with what a class leaves possible.
    rows: function () {
      const out = [["mois", "public", "region", "categorie", "valeur", "valeur_min", "valeur_max"]];
      data.months.forEach(function (month, m) {
        if (!month.known) return;
        for (let r = 0; r < board.regions; r++) for (let c = 0; c < board.categories; c++) {
          const cell = board.cell(m, r, c);
          out.push([month.key, data.about.audience, r ? data.regions[r - 1] : "Toutes", c ? data.categories[c - 1].label : "Toutes",
            cell.exact ? cell.low : cell.text, cell.told ? cell.low : null, cell.told && cell.high >= 0 ? cell.high : null]);
        }
      });
      return out;
    },
  });
  document.documentElement.setAttribute("data-pret", "");
  C.by("ancien").hidden = true;
  board.fit();
})(Cartes);
