// The panel of what was touched: figures, trend since January, last month; a sheet that folds on phones.
(function (C) {
  "use strict";
  const WORDS = {1: "en hausse ou aggravé depuis le mois précédent", 2: "en baisse ou amélioré depuis le mois précédent",
    3: "inchangé depuis le mois précédent"};

  // What a choropleth says of its i-th area.
  C.valueOf = function (values, texts, i) {
    const facts = [], trend = [], found = values.details(i), f = found.facts, t = found.trend;
    for (let k = 0; k < f.length; k += 2) facts.push([values.labels[f[k]], texts[f[k + 1]]]);
    for (let k = 0; k < t.length; k += 4) {
      trend.push({month: values.labels[t[k]], text: texts[t[k + 1]], low: t[k + 2] < 0 ? null : t[k + 2], high: t[k + 3] < 0 ? null : t[k + 3]});
    }
    return {entry: values.classes[values.class[i]], text: texts[values.text[i]], facts: facts, trend: trend,
      change: values.change[i], steps: values.steps};
  };

  // A small square in the colour and hatch of a class, at the top of a tall drawing (see templates/macros.html).
  C.swatch = function (entry) {
    const box = C.svg("svg", {width: 18, height: 96, viewBox: "0 0 18 96"});
    box.appendChild(C.svg("rect", {x: 0.5, y: 0.5, width: 17, height: 17, fill: entry.colour, stroke: "#6f767c"}));
    if (entry.hatch === "dots") {
      [[4, 4], [10, 4], [16, 4], [4, 10], [10, 10], [16, 10], [4, 16], [10, 16], [16, 16]].forEach(function (p) {
        box.appendChild(C.svg("circle", {cx: p[0] - 1, cy: p[1] - 1, r: 1.2, fill: entry.hatchColour}));
      });
    } else if (entry.hatch) {
      box.appendChild(C.svg("path", {d: "M1 7L7 1M1 13L13 1M3 17L17 3M9 17L17 9", stroke: entry.hatchColour}));
    }
    return C.el("span", {class: "puce", "aria-hidden": "true"}, box);
  };

  function facts(list) {
    const box = C.el("dl", {class: "faits"});
    list.forEach(function (fact) {
      box.appendChild(C.el("div", {}, C.el("dt", {}, fact[0]), C.el("dd", {}, fact[1])));
    });
    return list.length ? box : null;
  }

  // The published figures since January on an axis from 0 (or the levels): a point for a figure, a bar for what a
  // class leaves possible, open upwards where no end is told; nothing where nothing is published.
  function trendLine(points, steps) {
    const width = 300, height = 92, left = steps.length ? 58 : 34, foot = height - 8, head = 10;
    const most = steps.length || Math.max.apply(null, points.map(function (p) { return Math.max(p.low || 0, p.high || 0); }).concat(1));
    const step = points.length > 1 ? (width - left - 14) / (points.length - 1) : 0;
    const y = function (value) { return foot - (foot - head) * (steps.length ? (value - 1) / (most - 1) : value / most); };
    const drawing = C.svg("svg", {class: "courbe", viewBox: "0 0 " + width + " " + height, "aria-hidden": "true"});
    const marks = steps.length ? steps.map(function (name, i) { return [i + 1, name]; }) : [[0, "0"], [most, C.number(most)]];
    marks.forEach(function (mark) {
      drawing.appendChild(C.svg("path", {d: "M" + left + " " + y(mark[0]) + "H" + (width - 6), class: "axe"}));
      drawing.appendChild(C.svg("text", {x: left - 5, y: y(mark[0]) + 3.5, "text-anchor": "end"}, mark[1]));
    });
    let path = "", pen = "M";
    points.forEach(function (point, i) {
      const x = left + 8 + i * step;
      if (point.low === null) {
        pen = "M";
        return;
      }
      const top = point.high === null ? most : point.high, middle = (point.low + top) / 2;
      if (point.low !== point.high) {
        drawing.appendChild(C.svg("rect", {x: x - 5, y: y(top), width: 10, height: Math.max(2, y(point.low) - y(top)), class: "fourchette"}));
      }
      path += pen + x + " " + y(middle);
      pen = "L";
      if (point.low === point.high) drawing.appendChild(C.svg("circle", {cx: x, cy: y(point.low), r: i === points.length - 1 ? 4 : 3, class: "point"}));
    });
    drawing.insertBefore(C.svg("path", {d: path || "M0 0", class: "ligne"}), drawing.firstChild);
    const list = C.el("ol", {class: "mois-valeurs"});
    points.forEach(function (point) {
      list.appendChild(C.el("li", {}, C.el("span", {}, C.monthName(point.month).split(" ")[0]),
        C.el("b", {}, point.text)));
    });
    return C.el("div", {class: "tendance"}, C.el("h3", {}, "Depuis janvier"), drawing, list);
  }

  function valueBlock(value) {
    const block = C.el("div", {}, C.el("p", {class: "valeur"}, C.swatch(value.entry), C.el("strong", {}, value.text)));
    if (value.entry.label !== value.text) block.appendChild(C.el("p", {class: "classe"}, value.entry.label));
    if (WORDS[value.change]) {
      block.appendChild(C.el("p", {class: "evolution evolution-" + value.change}, WORDS[value.change]));
    }
    const trend = value.trend;
    if (trend.length > 1) {
      const last = trend[trend.length - 2];
      block.appendChild(C.el("p", {class: "mois-precedent"}, "Mois précédent (" + C.monthName(last.month) + ") : ",
        C.el("b", {}, last.text)));
    }
    const list = facts(value.facts);
    if (list) block.appendChild(list);
    if (trend.length > 1) block.appendChild(trendLine(trend, value.steps));
    return block;
  }

  // A region or cercle on a map of smaller areas: how many of them stand in each class, and a cercle's own list.
  function insideBlock(app, unit, values) {
    const level = values.level === "commune" ? "commune" : "cercle";
    const inside = app.world.units(values.level).filter(function (area) { return area[unit.level] === unit.index; });
    const counts = C.el("dl", {class: "faits"});
    values.classes.forEach(function (entry, c) {
      const sum = inside.filter(function (area) { return values.class[area.index] === c; }).length;
      if (sum) {
        counts.appendChild(C.el("div", {}, C.el("dt", {class: "classe-dedans"}, C.swatch(entry), entry.label),
          C.el("dd", {}, C.plural(sum, level))));
      }
    });
    const block = C.el("div", {}, counts);
    if (unit.level === "cercle") {
      const list = C.el("ul", {class: "dedans"});
      inside.forEach(function (area) {
        list.appendChild(C.el("li", {}, C.el("button", {type: "button", click: function () {
          C.showUnit(app, area, {focus: true});
        }}, C.el("span", {}, area.name), C.el("b", {}, app.data.texts[values.text[area.index]]))));
      });
      block.appendChild(list);
    }
    return block;
  }

  function itemBlock(item, layer) {
    const block = C.el("div", {});
    if (item.value > 0 && layer.unit) {
      block.appendChild(C.el("p", {class: "valeur"}, C.el("strong", {}, C.number(item.value) + "\u00a0" + layer.unit)));
    }
    const said = item.facts.some(function (fact) { return /^pr\u00e9cision/i.test(fact[0]); });
    if (item.precision && !said) block.appendChild(C.el("p", {class: "classe"}, "Précision du lieu : " + item.precision));
    const list = facts(item.facts);
    if (list) block.appendChild(list);
    return block;
  }

  function open(app, title, place, body, options) {
    const sheet = C.by("fiche");
    C.by("fiche-titre").textContent = title;
    C.by("fiche-lieu").textContent = place;
    const holder = C.empty(C.by("fiche-corps"));
    body.forEach(function (part) { if (part) holder.appendChild(part); });
    if (sheet.hidden) app.back = document.activeElement;
    sheet.hidden = false;
    fold(false);
    holder.scrollTop = 0;
    C.say(title + ", " + place);
    if (options && options.focus) C.by("fiche-titre").focus();
  }

  function fold(folded) {
    C.by("fiche").classList.toggle("pliee", folded);
    C.by("fiche-plier").setAttribute("aria-expanded", String(!folded));
  }

  C.showUnit = function (app, unit, options) {
    const parts = [], main = app.views[0].scene;
    app.select(unit, null);
    if (main.areas && main.areas.level === unit.level) {
      app.views.filter(function (view) { return view.on; }).forEach(function (view, n, all) {
        if (app.data.panels.length) parts.push(C.el("h3", {}, app.data.panels[view.month].title));
        const value = C.valueOf(view.scene.areas, app.data.texts, unit.index);
        parts.push(valueBlock(n < all.length - 1 ? Object.assign({}, value, {trend: []}) : value));
      });
    }
    if (main.areas && unit.members && main.areas.level !== unit.level) {
      app.views.filter(function (view) { return view.on; }).forEach(function (view) {
        if (app.data.panels.length) parts.push(C.el("h3", {}, app.data.panels[view.month].title));
        parts.push(insideBlock(app, unit, view.scene.areas));
      });
    }
    const codes = [unit.pcode, unit.level === "commune" ? app.world.cercles[unit.cercle].pcode : ""];
    app.data.symbols.concat(app.data.zones, app.data.flows).forEach(function (layer) {
      layer.items.forEach(function (item) {
        if (!item.area || codes.indexOf(item.area) < 0) return;
        parts.push(C.el("h3", {}, (item.number ? item.number + ". " : "") + item.label), itemBlock(item, layer));
      });
    });
    if (!parts.length) parts.push(C.el("p", {}, "Aucune donnée propre à cette zone sur cette carte."));
    const level = {commune: "Commune", cercle: "Cercle", region: "Région"}[unit.level];
    open(app, unit.name, [level, app.world.place(unit), unit.pcode].filter(Boolean).join(" · "), parts, options);
    app.reveal(unit.at || [(unit.box[0] + unit.box[2]) / 2, (unit.box[1] + unit.box[3]) / 2]);
  };

  C.showItem = function (app, item, layer, options) {
    app.select(null, item);
    const unit = item.area ? app.world.byCode.get(item.area) : null;
    const there = app.data.events.filter(function (e) { return e.number && e.number === item.number; });
    const event = there[0];
    const place = event ? event.where : unit ? app.world.place(unit) || unit.pcode : layer.title;
    open(app, (item.number ? item.number + ". " : "") + (there.length > 1 ? C.plural(there.length, "événement") : event ? event.title : item.label), place,
      [event && event.title !== item.label && item.label !== place ? C.el("p", {}, item.label) : null, itemBlock(item, layer)], options);
    if (item.level === "") return;
    const at = item.at || item.from;
    app.reveal(app.world.plane(at[0], at[1]));
  };

  // The same of an area or an item, for the popup of a map that has no panel.
  C.briefly = function (data, world, scene, found) {
    const unit = found.unit, item = found.item;
    const value = unit && scene.areas && scene.areas.level === unit.level ? C.valueOf(scene.areas, data.texts, unit.index) : null;
    return C.el("div", {class: "fiche-breve"}, C.el("h3", {}, unit ? unit.name : (item.number ? item.number + ". " : "") + item.label),
      C.el("p", {class: "classe"}, unit ? world.place(unit) : found.layer.title),
      item ? itemBlock(item, found.layer) : value ? valueBlock(Object.assign({}, value, {trend: []})) : null);
  };

  C.closePanel = function (app) {
    const sheet = C.by("fiche");
    if (sheet.hidden) return;
    const inside = sheet.contains(document.activeElement);
    sheet.hidden = true;
    app.select(null, null);
    if (inside && app.back && document.contains(app.back)) app.back.focus();
  };

  C.startPanel = function (app) {
    C.by("fiche-zoom").addEventListener("click", function () {
      const at = app.item ? app.item.at || app.item.from : null;
      if (app.chosen) app.zoomTo(app.chosen);
      else if (at) app.centre(at);
      const unit = app.chosen;
      if (unit) app.reveal(unit.at || [(unit.box[0] + unit.box[2]) / 2, (unit.box[1] + unit.box[3]) / 2]);
      else if (at) app.reveal(app.world.plane(at[0], at[1]));
    });
    C.by("fiche-fermer").addEventListener("click", function () { C.closePanel(app); });
    C.by("fiche-plier").addEventListener("click", function () { fold(!C.by("fiche").classList.contains("pliee")); });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") C.closePanel(app);
    });
  };
})(Cartes);
