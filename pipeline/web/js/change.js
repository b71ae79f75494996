// What changed between any two months: a map of the difference, its list, and a caption that is true of both. Counts
// keep their uncertainty: a rise is told where every figure that the published classes leave possible is a rise.
(function (C) {
  "use strict";

  // "up", "down", "same", "open" (the classes leave both possible), "" (not known in one of the months).
  C.changeOf = function (before, now) {
    if (!before || !now || before.low === null || now.low === null) return "";
    const most = function (p) { return p.high === null ? Infinity : p.high; };
    if (now.low > most(before)) return "up";
    if (most(now) < before.low) return "down";
    return now.low === before.low && now.low === now.high && before.low === before.high ? "same" : "open";
  };

  function points(app, values, i) {
    const found = {}, t = values.details(i).trend;
    for (let k = 0; k < t.length; k += 4) {
      found[values.labels[t[k]]] = {text: app.data.texts[t[k + 1]], low: t[k + 2] < 0 ? null : t[k + 2], high: t[k + 3] < 0 ? null : t[k + 3]};
    }
    return found;
  }

  // A choropleth of the change of every area of `values`, with `tally` and `list` (largest step first).
  C.difference = function (app, values, before, now) {
    const theme = app.theme, units = app.world.units(values.level), noun = values.level;
    const labels = {up: "En hausse ou aggravé", down: "En baisse ou amélioré", same: "Inchangé",
      open: "Changement non publié (classes qui se recouvrent)", none: "Sans données dans l’un des mois"};
    const keys = ["up", "down", "same", "open", "none"];
    const colours = {up: theme.worse, down: theme.better, same: "#ffffff", open: "#efe3ef", none: "#e1e5e9"};
    const hatches = {open: ["dots", "#8a6d8a"]};
    const tally = {up: 0, down: 0, same: 0, open: 0, none: 0}, list = [], kinds = [], texts = [];
    units.forEach(function (unit, i) {
      const found = points(app, values, i), a = found[before], b = found[now], change = C.changeOf(a, b) || "none";
      tally[change]++;
      kinds.push(keys.indexOf(change));
      texts.push(app.data.texts.push(a && b ? a.text + " → " + b.text : "sans données") - 1);
      if (change === "up" || change === "down") {
        list.push({unit: unit, change: change, text: a.text + " → " + b.text, step: change === "up" ? b.low - a.low : (a.high === null ? a.low : a.high) - b.low});
      }
    });
    list.sort(function (a, b) { return (a.change < b.change ? 1 : a.change > b.change ? -1 : 0) || b.step - a.step || (a.unit.name < b.unit.name ? -1 : 1); });
    return {level: values.level, title: "Écart", classes: keys.map(function (key) {
      return {key: "ecart-" + key, label: labels[key], colour: colours[key], kind: key === "none" ? "uncovered" : key === "open" ? "suppressed" : "class",
        hatch: (hatches[key] || [""])[0], hatchColour: (hatches[key] || ["", ""])[1]};
    }), changes: [], class: kinds, text: texts, change: new Array(units.length).join("0") + "0", labels: [], steps: values.steps, ranges: {},
    details: function () { return {facts: [], trend: []}; }, ordered: function () { return false; }, tally: tally, list: list, noun: noun};
  };

  // "24 communes en hausse ou aggravées, 3 en baisse ou améliorées…" between two months, for both captions.
  C.changeCaption = function (found, before, now) {
    const t = found.tally, more = [];
    if (t.open) more.push(C.plural(t.open, found.noun) + " dont les classes publiées ne disent pas le sens");
    return C.from(before) + " à " + now + "\u00a0: " + C.plural(t.up, found.noun) + " en hausse ou en aggravation, "
      + C.plural(t.down, found.noun) + " en baisse ou en amélioration, " + C.plural(t.same, found.noun) + (t.same < 2 ? " inchangé" : " inchangés").replace(/(é)(s?)$/, found.noun === "commune" ? "$1e$2" : "$1$2")
      + (more.length ? " ; " + more.join(" ; ") : "") + ".";
  };

  C.startChange = function (app) {
    const from = C.by("ecart-de"), to = C.by("ecart-a"), button = C.by("ecart-montrer");
    if (!from) return;
    const base = function () { return app.data.panels.length ? app.data.panels[app.data.panels.length - 1].areas : app.data.areas[0]; };
    let on = false, shown = null;

    function draw() {
      const scene = app.views[0].scene;
      button.setAttribute("aria-pressed", String(on));
      document.documentElement.classList.toggle("ecart", on);
      button.textContent = on ? "Revenir à la carte du mois" : "Montrer l’écart";
      Array.from(document.querySelectorAll("[data-legende]")).forEach(function (box) {
        box.classList.toggle("cache", on);
      });
      const list = C.empty(C.by("ecart-liste")), legend = C.empty(C.by("ecart-legende"));
      C.by("ecart-texte").textContent = "";
      if (!on) {
        if (shown) scene.areas = shown;
        shown = null;
      } else {
        shown = shown || scene.areas;
        const found = C.difference(app, base(), from.value, to.value);
        scene.areas = found;
        C.by("ecart-texte").textContent = C.changeCaption(found, C.monthName(from.value), C.monthName(to.value));
        found.classes.forEach(function (entry, i) {
          legend.appendChild(C.el("li", {class: "entree"}, C.swatch(entry), C.el("span", {}, entry.label),
            C.el("b", {class: "effectif"}, C.number(found.class.filter(function (c) { return c === i; }).length))));
        });
        found.list.forEach(function (mover) {
          list.appendChild(C.el("li", {}, C.el("button", {type: "button", "data-zone": mover.unit.pcode, click: function () {
            app.zoomTo(mover.unit);
            C.showUnit(app, mover.unit, {focus: true});
          }}, C.el("span", {}, C.el("b", {}, mover.unit.name + " (" + app.world.place(mover.unit) + ")"), C.el("small", {}, mover.text)))));
        });
      }
      app.redraw();
      app.reopen();
      if (app.remember) app.remember();
    }
    button.addEventListener("click", function () {
      on = !on;
      draw();
    });
    [from, to].forEach(function (box) { box.addEventListener("change", function () { if (on) draw(); }); });
    app.change = {
      state: function () { return on ? from.value + "," + to.value : ""; },
      show: function (text) {
        const pair = (text || "").split(","), has = function (box, value) { return Array.from(box.options).some(function (o) { return o.value === value; }); };
        if (pair.length === 2 && has(from, pair[0]) && has(to, pair[1])) {
          from.value = pair[0];
          to.value = pair[1];
          on = true;
          draw();
        } else if (on) {
          on = false;
          draw();
        }
      },
      // What the map shows, in words: the picture, the print and the sentence say the same.
      label: function () { return on ? "écart de " + C.monthName(from.value) + " à " + C.monthName(to.value) : ""; },
      text: function () { return on ? C.by("ecart-texte").textContent : ""; },
      // The figures published of the month, whatever difference is shown.
      published: function () { return shown || app.views[0].scene.areas; },
      stop: function () { if (on) { on = false; draw(); } },
    };
  };
})(Cartes);
