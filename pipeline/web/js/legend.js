// The legend's classes are filters; layers are switched beside it. The entries stand in the page already.
(function (C) {
  "use strict";

  C.startLegend = function (app) {
    const classes = Array.from(document.querySelectorAll("[data-classe]"));
    const layers = Array.from(document.querySelectorAll("[data-couche]"));

    function filter() {
      app.hidden.clear();
      const shown = classes.filter(function (box) { return !box.closest("[data-legende][hidden]"); });
      shown.forEach(function (box) { if (!box.checked) app.hidden.add(box.getAttribute("data-classe")); });
      const off = shown.filter(function (box) { return !box.checked; }).length;
      C.by("filtre-etat").textContent = off
        ? C.plural(shown.length - off, "entrée affichée", "entrées affichées") + " sur " + shown.length : "";
      hideEvents();
      C.by("filtre-tout").hidden = !off;
      app.redraw();
      if (app.refreshTable) app.refreshTable();
    }
    // An event whose type is off leaves the map (symbol and arrow alike) and the list.
    function hideEvents() {
      const types = new Set();
      app.hidden.forEach(function (key) { if (key.indexOf("/") > 0) types.add(key.split("/").pop()); });
      app.away.clear();
      app.data.symbols.forEach(function (layer) {
        layer.items.concat(...app.data.zones.map(function (zones) { return zones.items; })).forEach(function (item) {
          if (item.number && item.parts.every(function (part) { return types.has(part[0]); })) app.away.add(item.number);
        });
      });
      Array.from(document.querySelectorAll("[data-evenement]")).forEach(function (card) {
        card.parentNode.hidden = types.has(card.getAttribute("data-cle"));
      });
    }
    app.showAll = function () {
      classes.forEach(function (box) { box.checked = true; });
      filter();
    };
    classes.forEach(function (box) { box.addEventListener("change", filter); });
    // "This one alone": the others of its group go; touched again, they come back.
    classes.forEach(function (box) {
      const group = Array.from(box.closest("fieldset").querySelectorAll("[data-classe]"));
      const name = box.closest("label").querySelector("span:not(.puce)").firstChild.textContent;
      box.closest("label").appendChild(C.el("button", {type: "button", class: "seule", "aria-label": name + " : cette entrée seule", click: function (event) {
        event.preventDefault();
        const alone = group.every(function (other) { return other.checked === (other === box); });
        group.forEach(function (other) { other.checked = alone || other === box; });
        filter();
        if (app.remember) app.remember();
      }}, "seule"));
    });
    C.by("filtre-tout").addEventListener("click", function () {
      app.showAll();
      if (classes[0]) classes[0].focus();
    });

    layers.forEach(function (box) {
      box.addEventListener("change", function () {
        if (box.checked) app.off.delete(box.getAttribute("data-couche"));
        else app.off.add(box.getAttribute("data-couche"));
        app.redraw();
      });
    });
    Array.from(document.querySelectorAll("[data-theme]")).forEach(function (box) {
      box.addEventListener("change", function () { app.setLayer(Number(box.value)); });
    });

    // How much a table row matters: its class (the gravest most), then zero and the like, then what has no data.
    app.weight = function (key) {
      const values = app.views[0].scene.areas, unit = key === undefined ? null : app.world.byCode.get(key);
      if (!values || !unit || unit.level !== values.level) return 0;
      const place = values.class[unit.index];
      return {suppressed: 0.6, zero: 0.5, nodata: 0.2, uncovered: 0.1}[values.classes[place].kind] ||
        (values.ordered() ? 1 + place : 1);
    };

    // What areas say -> place of their class in the legend, where each says one thing for one class.
    app.legendOrder = function () {
      const order = new Map();
      app.data.areas.concat(app.data.panels.map(function (panel) { return panel.areas; })).forEach(function (values) {
        values.text.forEach(function (text, i) {
          const said = app.data.texts[text];
          if (!order.has(said) || order.get(said) === values.class[i]) order.set(said, values.class[i]);
          else order.set(said, NaN);
        });
      });
      order.forEach(function (place, said) { if (place !== place) order.delete(said); });
      return order;
    };

    // What is said of areas of which nothing is told: no data, not covered, not published.
    app.untold = function () {
      const found = new Set();
      app.data.areas.concat(app.data.panels.map(function (panel) { return panel.areas; })).forEach(function (values) {
        values.text.forEach(function (text, i) {
          const quiet = ["nodata", "uncovered", "suppressed"].indexOf(values.classes[values.class[i]].kind) >= 0;
          if (quiet && !values.ranges[text]) found.add(app.data.texts[text]);
        });
      });
      return found;
    };

    // A table row belongs to the filter only where its key is an area of the choropleth.
    app.keeps = function (key) {
      const scene = app.views[0].scene;
      if (!app.hidden.size || !scene.areas) return true;
      const unit = key === undefined ? null : app.world.byCode.get(key);
      if (!unit || unit.level !== scene.areas.level) return true;
      return !app.hidden.has(scene.areas.classes[scene.areas.class[unit.index]].key);
    };
  };

  // Cards of events: touching one shows it on the map; touching the map brings its card forward.
  C.startEvents = function (app) {
    const cards = Array.from(document.querySelectorAll("[data-evenement]"));
    // The symbol or arrow that a number or identifier stands for.
    app.eventOf = function (key) {
      let hit = null;
      app.data.symbols.concat(app.data.zones, app.data.flows).forEach(function (layer) {
        layer.items.forEach(function (item) {
          if (!hit && key && (item.number === key || item.id === key)) hit = {item: item, layer: layer, name: item.label};
        });
      });
      return hit;
    };
    app.showEvent = function (key) {
      const hit = app.eventOf(key);
      if (!hit) return C.say("Cet événement n’a pas de place sur la carte");
      C.by("carte").scrollIntoView({block: "nearest"});
      const unit = hit.item.level ? app.world.byCode.get(hit.item.area) : null;
      if (unit) app.zoomTo(unit);
      else if (hit.item.level !== "") app.centre(hit.item.at || hit.item.from);
      C.showItem(app, hit.item, hit.layer, {focus: true});
    };
    Array.from(document.querySelectorAll("#mouvements [data-zone]")).forEach(function (button) {
      button.addEventListener("click", function () {
        const unit = app.world.byCode.get(button.getAttribute("data-zone"));
        C.by("carte").scrollIntoView({block: "nearest"});
        app.zoomTo(unit);
        C.showUnit(app, unit, {focus: true});
      });
    });
    cards.forEach(function (card) {
      card.addEventListener("click", function () { app.showEvent(card.getAttribute("data-evenement")); });
    });
    app.markCards = function (item) {
      cards.forEach(function (card) {
        card.classList.toggle("choisie", Boolean(item && item.number && card.getAttribute("data-evenement") === item.number));
      });
    };
  };
})(Cartes);
