// The map: communes where no category is chosen (their counts are published whole), regions where one is.
(function (C) {
  "use strict";
  const ROOM = 0.06;

  C.startBoardMap = function (board) {
    const data = board.data, map = data.map, classes = data.classes;
    const svg = C.by("carte"), names = C.by("noms");
    const zones = Array.from(C.by("zones").children), shapes = Array.from(C.by("regions").children);
    const cercleOf = C.numbers(map.parents[0]), regionOf = C.numbers(map.parents[1]);
    const codes = map.codes.split(" ");
    const uncovered = board.classIndex("uncovered"), zero = board.classIndex("zero");

    function paint(cls) {
      const entry = classes[cls];
      return entry.hatch ? "url(#trame-" + entry.key + ")" : entry.colour;
    }
    function counted(region) { return map.regions[region].counted; }

    // A region that the bulletin does not count has no violation: monitored or not, as its communes say.
    function regionCount(state, i) {
      if (counted(i)) return board.cell(state.m, counted(i), state.c);
      const monitored = zones.some(function (_, k) { return regionOf[k] === i && board.area(state.m, k).cls !== uncovered; });
      return {text: monitored ? "0" : "non couverte", cls: monitored ? zero : uncovered, told: monitored, low: 0, high: 0};
    }

    function view(state) {
      const box = [0, 0, map.size[0], map.size[1]];
      const chosen = map.regions.filter(function (region) { return state.r && region.counted === state.r; });
      if (chosen.length) {
        const boxes = chosen.map(function (region) { return region.box; });
        const edge = function (side, pick) { return Math.max.apply(null, boxes.map(function (b) { return pick * b[side]; })) * pick; };
        const west = edge(0, -1), north = edge(1, -1), east = edge(2, 1), south = edge(3, 1);
        const room = ROOM * Math.max(east - west, south - north);
        box[0] = west - room;
        box[1] = north - room;
        box[2] = east - west + 2 * room;
        box[3] = south - north + 2 * room;
      }
      svg.setAttribute("viewBox", box.join(" "));
      const scale = Math.max(box[2] / (svg.clientWidth || 600), box[3] / (svg.clientHeight || 560));
      svg.querySelectorAll("pattern").forEach(function (pattern) {
        pattern.setAttribute("patternTransform", "scale(" + scale + ")");
      });
      return scale;
    }

    // Names that find room, in order; each may have a figure under it.
    function write(labels, scale) {
      const placed = [];
      C.empty(names);
      names.setAttribute("font-size", 12.5 * scale);
      names.setAttribute("stroke-width", 3 * scale);
      labels.forEach(function (label) {
        const half = 3.9 * scale * Math.max(label.name.length, (label.figure || "").length) + 3 * scale;
        const tall = (label.figure ? 16 : 9) * scale, x = label.at[0], y = label.at[1];
        if (placed.some(function (p) { return Math.abs(p.x - x) < p.half + half && Math.abs(p.y - y) < p.tall + tall; })) return;
        placed.push({x: x, y: y, half: half, tall: tall});
        names.appendChild(C.svg("text", {x: x, y: y + (label.figure ? -3 : 4) * scale}, label.name));
        if (label.figure) names.appendChild(C.svg("text", {x: x, y: y + 12 * scale, class: "chiffre"}, label.figure));
      });
    }

    function legend(shown, noun) {
      const list = C.empty(C.by("legende")), keys = [], tally = classes.map(function () { return 0; });
      shown.forEach(function (count) { tally[count.cls]++; });
      classes.forEach(function (entry, i) {
        if (!tally[i] && (entry.hatch || entry.key === "uncovered")) return;
        keys.push({label: entry.label + " (" + C.number(tally[i]) + ")", draw: function (ctx, x, y) { C.paintSwatch(ctx, entry, x, y, 24); }});
        list.appendChild(C.el("li", {},
          C.svg("svg", {width: 16, height: 16, "aria-hidden": "true"},
            C.svg("rect", {x: 0.5, y: 0.5, width: 15, height: 15, fill: entry.colour, stroke: "#6f767c"}),
            entry.hatch ? C.svg("path", {d: entry.hatch === "dots" ? "M4 4h1M10 4h1M4 10h1M10 10h1M7 7h1" : "M1 8L8 1M3 15L15 3",
              stroke: entry.hatchColour, "stroke-width": entry.hatch === "dots" ? 2 : 1}) : null),
          " " + entry.label + " ", C.el("b", {}, C.number(tally[i])), C.el("span", {class: "hors-vue"}, " " + noun)));
      });
      board.legendEntries = function () { return keys; };
      return tally;
    }

    function draw(state) {
      const byRegion = state.c > 0, scale = view(state), noun = byRegion ? "région" : data.noun;
      const inside = function (region) { return !state.r || counted(region) === state.r; };
      zones.forEach(function (zone, i) {
        zone.setAttribute("fill", paint(board.area(state.m, i).cls));
        zone.setAttribute("class", (inside(regionOf[i]) ? "" : "loin") + (board.code && codes[i] === board.code ? " choisie" : ""));
      });
      C.by("zones").style.display = byRegion ? "none" : "";
      C.by("cercles").style.display = byRegion && !state.r ? "none" : "";
      const counts = map.regions.map(function (_, i) { return regionCount(state, i); });
      shapes.forEach(function (shape, i) {
        shape.setAttribute("fill", byRegion ? paint(counts[i].cls) : "none");
        shape.setAttribute("class", (inside(i) ? "" : "loin") + (state.r && inside(i) ? " choisie" : ""));
      });
      const labels = state.r
        ? map.cercles.filter(function (cercle) { return counted(cercle.region) === state.r; })
        : map.regions.map(function (region, i) { return {name: region.name, at: region.at, figure: byRegion ? counts[i].text : ""}; });
      write(labels, scale);
      const shown = byRegion ? counts.filter(function (_, i) { return inside(i); })
        : zones.map(function (_, i) { return board.area(state.m, i); }).filter(function (_, i) { return inside(regionOf[i]); });
      const tally = legend(shown, C.plural(2, noun).slice(2));
      const month = data.months[state.m].label;
      C.by("titre-carte").textContent = "Violations par " + noun + ", " + month
        + (state.c ? " – " + board.kind(state.c) : "") + (state.r ? " – " + board.place(state.r) : "");
      const many = tally[2] + tally[3] + tally[4];
      C.by("lecture-carte").textContent = C.plural(many, noun) + " à 20 violations ou plus."
        + (byRegion ? " Par " + data.noun + ", les violations ne sont pas publiées par catégorie." : "");
    }

    // The map as it is shown, for a picture: x, y, width, height are its place on a canvas.
    board.paint = function (ctx, x, y, width, height) {
      const box = svg.getAttribute("viewBox").split(" ").map(Number), k = Math.min(width / box[2], height / box[3]);
      ctx.save();
      ctx.beginPath();
      ctx.rect(x, y, width, height);
      ctx.clip();
      ctx.translate(x + (width - k * box[2]) / 2 - k * box[0], y + (height - k * box[3]) / 2 - k * box[1]);
      ctx.scale(k, k);
      ctx.lineJoin = "round";
      ctx.textAlign = "center";
      Array.from(svg.querySelectorAll("g path, g text")).forEach(function (node) {
        const style = getComputedStyle(node), fill = node.getAttribute("fill"), words = node.tagName === "text";
        if (getComputedStyle(node.parentNode).display === "none") return;
        ctx.globalAlpha = Number(style.opacity);
        ctx.strokeStyle = style.stroke;
        ctx.lineWidth = parseFloat(style.strokeWidth) * (words ? 1 : 1.5 / k);
        if (words) {
          ctx.font = style.fontWeight + " " + style.fontSize + " " + C.FONT;
          ctx.fillStyle = style.fill;
          ctx.strokeText(node.textContent, node.getAttribute("x"), node.getAttribute("y"));
          ctx.fillText(node.textContent, node.getAttribute("x"), node.getAttribute("y"));
          return;
        }
        const path = new Path2D(node.getAttribute("d")), entry = classes.find(function (e) { return fill === "url(#trame-" + e.key + ")"; });
        ctx.fillStyle = entry ? C.hatching(ctx, entry, 1.5) : fill || "none";
        if (entry && ctx.fillStyle.setTransform) ctx.fillStyle.setTransform(new DOMMatrix([1 / k, 0, 0, 1 / k, 0, 0]));
        if (entry || fill && fill !== "none") ctx.fill(path, "evenodd");
        ctx.stroke(path);
      });
      ctx.restore();
    };

    // What lies under the pointer, in words; a touch chooses the region.
    function told(target) {
      const s = board.state, zone = zones.indexOf(target), shape = shapes.indexOf(target);
      if (zone >= 0) {
        const cercle = data.noun === "commune" ? ", cercle " + C.of(map.cercles[cercleOf[zone]].name) : "";
        return {zone: zone, region: regionOf[zone], text: map.names[zone] + cercle + "\u00a0: " + board.area(s.m, zone).text};
      }
      return shape < 0 ? null : {region: shape, text: map.regions[shape].name + "\u00a0: " + regionCount(s, shape).text};
    }
    svg.addEventListener("pointermove", function (event) {
      const found = told(event.target);
      if (found) C.by("survol").textContent = found.text;
    });
    svg.addEventListener("click", function (event) {
      const found = told(event.target);
      if (found) choose(found);
    });
    // The area that was touched or that a link names: its figure, its region, and its sheets in the annexes.
    function choose(found) {
      C.by("survol").textContent = found.text;
      board.code = found.zone === undefined ? "" : codes[found.zone];
      const sheets = C.empty(C.by("fiches"));
      sheets.hidden = !board.code;
      if (board.code) {
        sheets.appendChild(document.createTextNode(map.names[found.zone] + ", fiche\u00a0: "));
        data.pages.forEach(function (page) { sheets.appendChild(C.el("a", {class: "lien", href: page[1] + "#" + board.code}, page[0])); });
      }
      const to = counted(found.region);
      if (to && to !== board.state.r) board.select({r: to});
      else {
        board.draw();
        if (board.remember) board.remember();
      }
    }
    board.open = function (code) {
      const zone = codes.indexOf(code), region = map.regions.findIndex(function (r) { return r.code === code; });
      const cercle = map.cercles.find(function (c) { return c.code === code; });
      if (zone >= 0) choose(told(zones[zone]));
      else if (region >= 0 || cercle) choose({region: cercle ? cercle.region : region, text: (cercle || map.regions[region]).name});
      return zone >= 0 || region >= 0 || Boolean(cercle);
    };
    board.onDraw(function () {
      if (board.code && counted(regionOf[codes.indexOf(board.code)]) !== board.state.r) {
        board.code = "";
        C.by("fiches").hidden = true;
      }
    });
    board.onDraw(draw);
  };
})(Cartes);
