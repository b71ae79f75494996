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
  document.documentElement.setAttribute("data-pret", "");
  C.by("ancien").hidden = true;
})(Cartes);
