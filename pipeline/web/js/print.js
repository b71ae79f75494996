// Printing: the chosen view of the map is drawn once more at the size of a page, with its legend; the table shows all
// rows that have something to say.
(function (C) {
  "use strict";

  function picture(app, view) {
    // All that the screen shows, at least, in the shape that the sheet leaves: 186 mm by 150 mm.
    const world = app.world, wide = 700, tall = 560, size = view.seen;
    const scale = Math.pow(2, view.map.getZoom() - world.zoom), centre = view.map.project(view.map.getCenter(), world.zoom);
    const factor = Math.min(wide / size.x, tall / size.y), height = Math.min(tall, Math.round(size.y * factor));
    const canvas = C.el("canvas", {role: "img", "aria-label": C.by("carte").getAttribute("aria-label")});
    canvas.width = 2 * wide;
    canvas.height = 2 * height;
    const k = scale * factor;
    C.draw(canvas.getContext("2d"), {scale: k, x: wide / 2 - (centre.x - world.origin[0]) * k,
      y: height / 2 - (centre.y - world.origin[1]) * k, width: wide, height: height, ratio: 2}, view.scene);
    return canvas;
  }

  C.startPrint = function (app) {
    const holder = C.by("impression");
    if (window.CSSMarginRule) document.documentElement.classList.add("marges");
    function prepare(printing) {
      if (app.printTable) app.printTable(printing);
      if (!holder) return;
      C.empty(holder);
      if (!printing) return;
      app.views.filter(function (view) { return view.on; }).forEach(function (view) {
        // (Hidden for printing, the map has no size: the last that it had.)
        const now = view.map.getSize();
        view.seen = now.x && now.y ? now : view.seen || L.point(700, 560);
        const figure = C.el("figure", {}, picture(app, view));
        const month = C.shownMonth(app, view);
        figure.appendChild(C.el("figcaption", {}, month.charAt(0).toUpperCase() + month.slice(1)));
        holder.appendChild(figure);
      });
    }
    window.addEventListener("beforeprint", function () { prepare(true); });
    window.addEventListener("afterprint", function () { prepare(false); });
    const media = window.matchMedia("print");
    const changed = function (event) { prepare(event.matches); };
    if (media.addEventListener) media.addEventListener("change", changed);
    else media.addListener(changed);
    Array.from(document.querySelectorAll("[data-imprimer]")).forEach(function (button) {
      button.addEventListener("click", function () { window.print(); });
    });
  };
})(Cartes);
