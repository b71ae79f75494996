// Annex 6: a slider of months with play and keys, and two months side by side on maps that move together.
(function (C) {
  "use strict";

  C.startMonths = function (app) {
    const slider = C.by("mois");
    if (!slider) return;
    const panels = app.data.panels, last = panels.length - 1;
    const play = C.by("mois-lecture"), compare = C.by("mois-comparer"), other = C.by("mois-autre");
    let timer = 0;

    function caption(view, node) {
      const panel = panels[view.month], beside = app.views[1];
      if (beside && beside.on && beside.month !== app.views[0].month) {
        // Side by side, each says what changed between the two that are seen, not since a month that is not.
        const pair = [app.views[0].month, beside.month].sort(function (a, b) { return a - b; });
        const found = C.difference(app, panels[last].areas, panels[pair[0]].month, panels[pair[1]].month);
        C.empty(node).appendChild(C.el("span", {class: "titre"}, panel.title + (view.month === pair[1] ? "\u00a0: " : "")));
        if (view.month === pair[1]) node.appendChild(C.el("span", {}, C.changeCaption(found, panels[pair[0]].title.toLowerCase(), panel.title.toLowerCase())));
        return;
      }
      C.empty(node).appendChild(C.el("span", {class: "titre"}, panel.title + (panel.note ? "\u00a0: " : "")));
      node.appendChild(C.el("span", {}, panel.note));
    }
    function captions() {
      caption(app.views[0], C.by("carte-mois"));
      if (app.views[1] && app.views[1].on) caption(app.views[1], C.by("carte-2-mois"));
    }
    function show(month) {
      const view = app.views[0];
      if (app.change) app.change.stop();
      view.month = month;
      view.scene.areas = panels[month].areas;
      slider.value = String(month);
      slider.setAttribute("aria-valuetext", panels[month].title);
      C.by("mois-nom").textContent = panels[month].title;
      captions();
      count();
      app.redraw();
      app.reopen();
      if (app.hidden.size && app.refreshTable) app.refreshTable();
    }
    // The legend counts the areas of the month that is shown.
    function count() {
      const values = app.views[0].scene.areas, sums = {}, held = {}, kinds = {};
      values.classes.forEach(function (entry) { kinds[entry.key] = entry.kind; });
      values.class.forEach(function (c) {
        const entry = values.classes[c];
        sums[entry.key] = (sums[entry.key] || 0) + 1;
        held[entry.kind] = true;
      });
      const unknown = held.nodata && !held.class && !held.zero && !held.suppressed;
      Array.from(document.querySelectorAll("[data-compte]")).forEach(function (node) {
        const key = node.getAttribute("data-compte");
        node.textContent = unknown && (kinds[key] === "class" || kinds[key] === "zero") ? "–" : C.number(sums[key] || 0);
      });
      values.changes.forEach(function (entry) {
        const node = document.querySelector('[data-changement="' + entry.change + '"]');
        if (node) node.textContent = entry.label;
      });
    }
    function stop() {
      clearInterval(timer);
      timer = 0;
      play.textContent = "Lecture";
      play.setAttribute("aria-pressed", "false");
    }
    function start() {
      play.textContent = "Arrêt";
      play.setAttribute("aria-pressed", "true");
      if (app.views[0].month === last) show(0);
      timer = setInterval(function () {
        if (app.views[0].month >= last) return stop();
        show(app.views[0].month + 1);
      }, 1200);
    }

    slider.addEventListener("input", function () {
      stop();
      show(Number(slider.value));
    });
    play.addEventListener("click", function () { if (timer) stop(); else start(); });
    C.by("mois-avant").addEventListener("click", function () { stop(); show(Math.max(0, app.views[0].month - 1)); });
    C.by("mois-apres").addEventListener("click", function () { stop(); show(Math.min(last, app.views[0].month + 1)); });

    panels.forEach(function (panel, i) { other.appendChild(C.el("option", {value: i}, panel.title)); });
    other.value = String(Math.max(0, last - 1));

    // From an address: the month shown, and the one beside it.
    app.setMonths = function (month, beside) {
      const at = function (key) { return panels.findIndex(function (panel) { return panel.month === key; }); };
      show(at(month) < 0 ? last : at(month));
      const on = compare.getAttribute("aria-pressed") === "true";
      if (on !== at(beside) >= 0) compare.click();
      if (at(beside) >= 0) {
        other.value = String(at(beside));
        other.dispatchEvent(new Event("change"));
      }
    };

    function second() {
      const first = app.views[0];
      const map = L.map("carte-2", {attributionControl: false, zoomControl: false, zoomSnap: 0.25,
        minZoom: first.map.getMinZoom(), maxZoom: first.map.getMaxZoom(), maxBounds: first.map.options.maxBounds,
        center: first.map.getCenter(), zoom: first.map.getZoom()});
      const view = app.addView(map, "carte-2");
      view.layer.widen();
      view.month = Number(other.value);
      view.scene.areas = panels[view.month].areas;
      let leading = null;
      [[first, view], [view, first]].forEach(function (pair) {
        // (A zoom that a key interrupts ends without a last "move".)
        pair[0].map.on("move zoom moveend", function () {
          if (leading && leading !== pair[0]) return;
          leading = pair[0];
          pair[1].map.setView(pair[0].map.getCenter(), pair[0].map.getZoom(), {animate: false});
          leading = null;
        });
      });
      return view;
    }
    compare.addEventListener("click", function () {
      const on = compare.getAttribute("aria-pressed") !== "true";
      stop();
      compare.setAttribute("aria-pressed", String(on));
      C.by("cartes").classList.toggle("double", on);
      C.by("cadre-2").hidden = C.by("mois-autre-bloc").hidden = !on;
      if (on && !app.views[1]) second();
      app.views[0].map.invalidateSize({animate: false});
      if (app.views[1]) {
        app.views[1].on = on;
        app.views[1].map.invalidateSize({animate: false});
        app.fit(app.bounds);
      }
      captions();
      app.reopen();
      C.say(on ? "Deux mois côte à côte" : "Une seule carte");
    });
    other.addEventListener("change", function () {
      const view = app.views[1];
      view.month = Number(other.value);
      view.scene.areas = panels[view.month].areas;
      captions();
      app.redraw();
      app.reopen();
    });
    show(last);
  };
})(Cartes);
