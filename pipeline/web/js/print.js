// Printing: the map is drawn once more at the size of a page, and the table shows all its rows.
(function (C) {
  "use strict";

  function picture(app, view) {
    const world = app.world, size = 1400, margin = 10;
    const box = world.regions.reduce(function (all, r) {
      return [Math.min(all[0], r.box[0]), Math.min(all[1], r.box[1]), Math.max(all[2], r.box[2]), Math.max(all[3], r.box[3])];
    }, [Infinity, Infinity, -Infinity, -Infinity]);
    const scale = (size / 2 - 2 * margin) / (box[2] - box[0]);
    const canvas = C.el("canvas", {role: "img", "aria-label": C.by("carte").getAttribute("aria-label")});
    canvas.width = size;
    canvas.height = Math.ceil(2 * ((box[3] - box[1]) * scale + 2 * margin));
    C.draw(canvas.getContext("2d"), {scale: scale, x: margin - box[0] * scale, y: margin - box[1] * scale,
      width: size / 2, height: canvas.height / 2, ratio: 2}, view.scene);
    return canvas;
  }

  C.startPrint = function (app) {
    const holder = C.by("impression");
    function prepare(printing) {
      if (app.printTable) app.printTable(printing);
      if (!holder) return;
      C.empty(holder);
      if (!printing) return;
      app.views.filter(function (view) { return view.on; }).forEach(function (view) {
        const figure = C.el("figure", {}, picture(app, view));
        if (app.data.panels.length) figure.appendChild(C.el("figcaption", {}, app.data.panels[view.month].title));
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
