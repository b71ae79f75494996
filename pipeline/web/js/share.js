// What a reader may take away: the view as a picture, exactly the published figures as CSV or GeoJSON, a sentence to
// cite, a link that opens the same view. Nothing is fetched or sent: files are made in the page.
(function (C) {
  "use strict";
  const STATES = {zero: "zero", suppressed: "non_publie", uncovered: "non_couvert", nodata: "sans_donnees"};

  // What an area has, as cartes.gpkg says it: {text, low, high, state}.
  C.published = function (app, values, i) {
    const entry = values.classes[values.class[i]], range = values.ranges[values.text[i]] || [null, null];
    const figure = range[0] !== null && range[0] === range[1];
    const known = entry.kind === "class" || (entry.kind === "suppressed" && range[0] !== null);
    return {text: app.data.texts[values.text[i]], low: range[0], high: range[1], entry: entry,
      state: known ? (figure ? "chiffre" : "classe") : STATES[entry.kind]};
  };

  // A cell that a spreadsheet takes as text or number, never as a formula.
  C.csvCell = function (value) {
    let text = value === null || value === undefined ? "" : typeof value === "number" ? String(value).replace(".", ",") : String(value);
    if (typeof value !== "number" && /^[\s\u0000-\u0020]*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text)) text = "'" + text;
    return /[";\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  };
  // Semicolons, a byte order mark and CRLF: what a French spreadsheet opens by a double click.
  C.csv = function (rows) {
    return "\ufeff" + rows.map(function (row) { return row.map(C.csvCell).join(";"); }).join("\r\n") + "\r\n";
  };

  const HEADS = ["mois", "public", "pcode", "region", "cercle", "commune", "valeur", "valeur_min", "valeur_max", "etat", "classe"];

  // One row an area and month of what the map may show.
  C.areaRows = function (app) {
    const data = app.data, world = app.world, out = [];
    const series = data.panels.length ? data.panels.map(function (panel) { return [panel.month, panel.areas]; })
      : data.areas.length ? [[data.month, app.change ? app.change.published() : app.views[0].scene.areas]] : [];
    series.forEach(function (pair) {
      world.units(pair[1].level).forEach(function (unit, i) {
        const found = C.published(app, pair[1], i), cercle = unit.level === "commune" ? world.cercles[unit.cercle] : unit;
        out.push({mois: pair[0], public: data.about.audience, pcode: unit.pcode, region: world.regions[unit.region].name,
          cercle: cercle.name, commune: unit.level === "commune" ? unit.name : "",
          valeur: found.state === "chiffre" ? found.low : found.text, valeur_min: found.low, valeur_max: found.high,
          etat: found.state, classe: found.entry.label, couleur: found.entry.colour, unit: unit});
      });
    });
    return out;
  };

  function table(app) {
    const areas = app.world ? C.areaRows(app) : [];
    if (areas.length) {
      return [HEADS].concat(areas.map(function (row) { return HEADS.map(function (head) { return row[head]; }); }));
    }
    const columns = app.data.table.columns, rows = [];
    for (let i = 0; i < app.data.table.count; i++) {
      rows.push([app.data.month, app.data.about.audience].concat(columns.map(function (_, c) { return app.table.value(i, c); })));
    }
    return [["mois", "public"].concat(columns.map(function (column) { return column.label; }))].concat(rows);
  }

  // Rings of an area as GeoJSON polygons: each hole in the outer ring that holds it.
  function polygons(app, unit) {
    const rings = app.world.ringsOf(unit).map(function (ring) {
      const area = ring.reduce(function (sum, p, i) {
        const q = ring[(i + 1) % ring.length];
        return sum + p[0] * q[1] - q[0] * p[1];
      }, 0) / 2;
      return {points: ring, area: area};
    }).sort(function (a, b) { return Math.abs(b.area) - Math.abs(a.area); });
    const outer = [];
    rings.forEach(function (ring) {
      const parent = outer.find(function (other) { return holds(other.points, ring.points); });
      const turned = (ring.area > 0) === !parent ? ring.points : ring.points.slice().reverse();
      const closed = turned.concat([turned[0]]).map(function (p) { return app.lonLat(p[0], p[1]); });
      // (Downwards on the page is southwards: what turns right there turns left on the globe.)
      if (parent) parent.rings.push(closed.reverse());
      else outer.push({points: ring.points, rings: [closed.reverse()]});
    });
    return {type: "MultiPolygon", coordinates: outer.map(function (polygon) { return polygon.rings; })};
  }
  function holds(ring, points) {
    // A corner that both share says nothing: the first that lies off the other ring decides.
    const shared = new Set(ring.map(String));
    const p = points.find(function (q) { return !shared.has(String(q)); });
    if (!p) return false;
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const a = ring[i], b = ring[j];
      if ((a[1] > p[1]) !== (b[1] > p[1]) && p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0]) inside = !inside;
    }
    return inside;
  }

  C.geojson = function (app) {
    const shapes = new Map(), features = C.areaRows(app).map(function (row) {
      const properties = Object.assign({}, row), unit = row.unit;
      delete properties.unit;
      properties.valeur = String(properties.valeur).replace(".", ",");
      if (!shapes.has(unit)) shapes.set(unit, polygons(app, unit));
      return {type: "Feature", properties: properties, geometry: shapes.get(unit)};
    });
    function words(layer, item) {
      const out = {mois: app.data.month, public: app.data.about.audience, couche: layer.title, numero: item.number, lieu: item.label};
      item.facts.forEach(function (fact) { out[fact[0]] = fact[1]; });
      return out;
    }
    app.data.symbols.forEach(function (layer) {
      layer.items.forEach(function (item) {
        features.push({type: "Feature", properties: words(layer, item), geometry: {type: "Point", coordinates: item.at}});
      });
    });
    app.data.zones.forEach(function (layer) {
      layer.items.forEach(function (item) {
        const unit = app.world.byCode.get(item.area);
        features.push({type: "Feature", properties: words(layer, item), geometry: unit ? polygons(app, unit) : null});
      });
    });
    app.data.flows.forEach(function (layer) {
      layer.items.forEach(function (item) {
        features.push({type: "Feature", properties: words(layer, item),
          geometry: item.to && !item.stays ? {type: "LineString", coordinates: [item.from, item.to]} : null});
      });
    });
    return {type: "FeatureCollection", name: app.data.slug, features: features};
  };

  // The sentence to cite: what is chosen, else the page's message; its source, its audience, its date.
  C.sentence = function (app) {
    const about = app.data.about, unit = app.chosen, scene = app.views.length ? app.views[0].scene : null;
    let said = app.change && app.change.text() || about.message;
    if (unit && scene.areas && scene.areas.level === unit.level) {
      const month = C.shownMonth(app, app.views[0]).toLowerCase();
      const place = app.world.place(unit);
      said = unit.name + (place ? " (" + place + ")" : "") + ", " + month + "\u00a0: " + (app.change && app.change.label() ? "" : scene.areas.title.toLowerCase() + ", ")
        + C.published(app, scene.areas, unit.index).text;
    }
    return C.cited(said, about, app.data.monthLabel);
  };
  C.cited = function (said, about, month) {
    return said.replace(/[.\s]+$/, "") + ". " + about.title + ", " + month + ". Source\u00a0: " + about.sources.replace(/[.\s]+$/, "")
      + ". " + about.audience + ". Produit le " + about.produced + "." + about.marks.map(function (mark) { return " " + mark + "."; }).join("");
  };

  function wrapped(ctx, text, width) {
    const lines = [];
    let line = "";
    String(text).split(" ").forEach(function (word) {
      if (line && ctx.measureText(line + " " + word).width > width) {
        lines.push(line);
        line = word;
      } else line += (line ? " " : "") + word;
    });
    return line ? lines.concat(line) : lines;
  }

  // The month of a view, or the two whose difference it shows.
  C.shownMonth = function (app, view) {
    const change = view === app.views[0] && app.change ? app.change.label() : "";
    return change || (app.data.panels.length ? app.data.panels[view.month].title : app.data.monthLabel);
  };

  // The view of the screen as a picture to keep.
  C.viewPicture = function (app, view) {
    const about = app.data.about, size = view.map.getSize(), ratio = C.WIDE / size.x, drawn = document.createElement("canvas"), scale = Math.pow(2, view.map.getZoom() - app.world.zoom);
    const corner = view.map.getPixelBounds().min;
    drawn.width = C.WIDE;
    drawn.height = Math.round(size.y * ratio);
    C.draw(drawn.getContext("2d"), {scale: scale, x: app.world.origin[0] * scale - corner.x, y: app.world.origin[1] * scale - corner.y,
      width: size.x, height: size.y, ratio: ratio}, view.scene);
    return C.framed(drawn, app.change && app.change.text() || about.message, C.shownMonth(app, view), about, C.legendEntries(app, view.scene));
  };

  // What was drawn (C.WIDE across) under what it says and the marks, over its legend (entries: label, draw), sources and date.
  C.WIDE = 1600;
  C.framed = function (drawn, said, month, about, entries) {
    const wide = C.WIDE, pad = 32, room = wide - 2 * pad;
    const canvas = document.createElement("canvas"), ctx = canvas.getContext("2d");
    const marks = [about.audience].concat(about.marks).join(" · ");
    const steps = [["700 34px ", "#1c5d7c", said, 42], ["400 24px ", "#1d2429", about.title + " · " + month, 34],
      ["700 22px ", about.marks.length ? "#8a4b08" : "#1d2429", marks, 32]];
    const foot = [["400 19px ", "#56616a", "Sources : " + about.sources + ". Limites : " + about.limits + ". Produit le " + about.produced + ".", 26],
      ["400 17px ", "#56616a", about.disclaimer, 23]];
    function measure(list) {
      return list.map(function (step) {
        ctx.font = step[0] + C.FONT;
        return wrapped(ctx, step[2], room);
      });
    }
    let heads = measure(steps), feet = measure(foot);
    ctx.font = "400 21px " + C.FONT;
    const places = [];
    let x = 0, y = 0;
    entries.forEach(function (entry) {
      const width = ctx.measureText(entry.label).width + 62;
      if (x && x + width > room) {
        x = 0;
        y += 36;
      }
      places.push([x, y]);
      x += width;
    });
    const tall = function (list, lines) { return list.reduce(function (sum, step, i) { return sum + step[3] * lines[i].length; }, 0); };
    const top = pad + tall(steps, heads) + 12, below = top + drawn.height + 20, legendTall = entries.length ? y + 50 : 0;
    canvas.width = wide;
    canvas.height = below + legendTall + tall(foot, feet) + pad;
    ctx.fillStyle = "#ffffff";
    ctx.fillRect(0, 0, wide, canvas.height);
    ctx.fillStyle = "#f4f2ec";
    ctx.fillRect(0, top, wide, drawn.height);
    ctx.drawImage(drawn, 0, top);
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    function write(list, lines, from) {
      list.forEach(function (step, i) {
        ctx.font = step[0] + C.FONT;
        ctx.fillStyle = step[1];
        lines[i].forEach(function (line) {
          from += step[3];
          ctx.fillText(line, pad, from - 8);
        });
      });
    }
    write(steps, heads, pad);
    write(foot, feet, below + legendTall);
    ctx.font = "400 21px " + C.FONT;
    entries.forEach(function (entry, i) {
      const left = pad + places[i][0], line = below + places[i][1];
      entry.draw(ctx, left, line);
      ctx.fillStyle = "#1d2429";
      ctx.fillText(entry.label, left + 34, line + 20);
    });
    return canvas;
  };
  C.legendEntries = function (app, scene) {
    const out = [];
    if (scene.areas) scene.areas.classes.forEach(function (entry) {
      if (!scene.hidden.has(entry.key)) out.push({label: entry.label, draw: function (ctx, x, y) { C.paintSwatch(ctx, entry, x, y, 24); }});
    });
    if (scene.areas) scene.areas.changes.forEach(function (entry) {
      if (scene.shown("change-" + entry.change)) out.push({label: entry.label, draw: function (ctx, x, y) {
        ctx.strokeStyle = entry.colour;
        ctx.lineWidth = 4;
        ctx.strokeRect(x + 2, y + 2, 20, 20);
      }});
    });
    scene.symbols.forEach(function (layer) {
      if (scene.shown(layer.id)) layer.keys.forEach(function (key) {
        if (key.count) out.push({label: key.label, draw: function (ctx, x, y) { C.paintKey(ctx, key, scene, x + 12, y + 12); }});
      });
    });
    scene.zones.forEach(function (layer) {
      if (scene.shown(layer.id) && layer.items.length) out.push({label: layer.title, draw: function (ctx, x, y) {
        C.paintSwatch(ctx, {colour: "#ffffff", hatch: "diagonal", hatchColour: scene.theme.zone}, x, y, 24);
      }});
    });
    return out;
  };

  function save(name, blob) {
    const url = URL.createObjectURL(blob);
    const link = C.el("a", {href: url, download: name});
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(url); }, 10000);
    C.say("Fichier enregistré : " + name);
  }
  function copy(box) {
    box.focus();
    box.select();
    const done = function () { C.say("Copié"); };
    if (navigator.clipboard && navigator.clipboard.writeText) {
      navigator.clipboard.writeText(box.value).then(done, function () { document.execCommand("copy"); done(); });
    } else if (document.execCommand("copy")) done();
  }

  C.startShare = function (app) {
    const panel = C.by("partage"), button = C.by("partager"), name = app.data.slug + "-" + app.data.month;
    const acts = {
      png: function () { (app.picture ? app.picture() : C.viewPicture(app, app.views[0])).toBlob(function (blob) { save(name + ".png", blob); }, "image/png"); },
      csv: function () { save(name + ".csv", new Blob([C.csv(app.rows ? app.rows() : table(app))], {type: "text/csv;charset=utf-8"})); },
      geojson: function () { save(name + ".geojson", new Blob([JSON.stringify(C.geojson(app))], {type: "application/geo+json"})); },
      phrase: function () { copy(C.by("partage-phrase")); },
      lien: function () { copy(C.by("partage-lien")); },
    };
    button.hidden = false;
    function show(on) {
      panel.hidden = !on;
      button.setAttribute("aria-expanded", String(on));
      if (!on) return button.focus();
      C.by("partage-phrase").value = app.sentence ? app.sentence() : C.sentence(app);
      C.by("partage-lien").value = location.href.split("#")[0] + (app.stateText ? app.stateText(true) : "");
      C.by("partage-titre").focus();
    }
    button.addEventListener("click", function () { show(panel.hidden); });
    C.by("partage-fermer").addEventListener("click", function () { show(false); });
    panel.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      show(false);
    });
    Array.from(panel.querySelectorAll("[data-partager]")).forEach(function (act) {
      act.addEventListener("click", acts[act.getAttribute("data-partager")]);
    });
  };
})(Cartes);
