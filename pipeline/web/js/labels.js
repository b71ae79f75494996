// Names on the map: the important ones first, never over each other.
(function (C) {
  "use strict";
  const STYLES = {
    region: {font: "700 13px ", from: 0, to: 0.1, colour: "#30383e", spaced: true},
    cercle: {font: "600 12px ", from: 0, to: 99, colour: "#30383e"},
    commune: {font: "400 11px ", from: 0.35, to: 99, colour: "#1d2429"},
    voisin: {font: "italic 600 12px ", from: 0, to: 99, colour: "#6f6a5e", spaced: true},
    village: {font: "italic 400 11px ", from: 0.35, to: 99, colour: "#1d2429"},
  };

  // The specification's labels; the cercles' and communes' own names where it has none: a function of the view's
  // scale, since seven hundred names of communes are not wanted before they can be read.
  C.gatherLabels = function (labels, world) {
    const known = {};
    return function (scale) {
      const near = scale >= STYLES.commune.from;
      return known[near] = known[near] || gather(labels, world, near);
    };
  };

  function gather(labels, world, near) {
    const out = labels.map(function (label) {
      return {text: C.clip(label.text, 32), at: world.plane(label.at[0], label.at[1]), style: label.style,
        rank: label.rank};
    });
    const said = new Set(out.map(function (label) { return label.style + "/" + C.normalise(label.text); }));
    [world.cercles, near && world.level === "commune" ? world.areas : []].forEach(function (list, level) {
      list.forEach(function (area) {
        const style = level ? "commune" : "cercle";
        if (!said.has(style + "/" + C.normalise(area.name))) {
          out.push({text: C.clip(area.name, 32), at: area.at, style: style, rank: 1000 * (level + 1)});
        }
      });
    });
    world.neighbours.forEach(function (n) { out.push({text: n.name, at: n.at, style: "voisin", rank: 9000}); });
    const seen = new Set();
    return out.sort(function (a, b) { return a.rank - b.rank; }).filter(function (label) {
      const key = [label.style, label.text, Math.round(label.at[0] / 40), Math.round(label.at[1] / 40)].join();
      return !seen.has(key) && seen.add(key);
    });
  }

  // The room that a symbol, number or tag takes, in pixels: left, top, right, bottom.
  C.boxOf = function (t) { return t.box || [t.x - t.radius, t.y - t.radius, t.x + t.radius, t.y + t.radius]; };
  // Whether a box lies over one of others, or nearer than a gap.
  C.meets = function (box, others, gap) {
    return others.some(function (b) {
      return box[0] < b[2] + gap && box[2] > b[0] - gap && box[1] < b[3] + gap && box[3] > b[1] - gap;
    });
  };

  // No name under what lies over the map (buttons, scale, search): half a name reads as another.
  C.paintLabels = function (ctx, view, labels, targets) {
    const taken = targets.map(C.boxOf).concat(view.covered || []);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.lineWidth = 3;
    labels.forEach(function (label) {
      const style = STYLES[label.style] || STYLES.commune;
      if (view.scale < style.from || view.scale > style.to) return;
      const x = label.at[0] * view.scale + view.x, y = label.at[1] * view.scale + view.y;
      if (x < 0 || y < 0 || x > view.width || y > view.height) return;
      ctx.font = style.font + C.FONT;
      const text = style.spaced ? label.text.toUpperCase() : label.text;
      const half = ctx.measureText(text).width / 2 + 3;
      // At its point; where its own symbol stands there, just below or above; else not at all.
      const own = targets.find(function (t) { return Math.abs(t.x - x) < 8 && Math.abs(t.y - y) < 8; });
      const free = (own ? [own.radius + 9, -own.radius - 9] : [0]).find(function (shift) {
        const box = [x - half, y + shift - 7, x + half, y + shift + 7];
        return !C.meets(box, taken, 0);
      });
      if (free === undefined) return;
      taken.push([x - half, y + free - 7, x + half, y + free + 7]);
      ctx.strokeStyle = "rgba(255,255,255,.88)";
      ctx.strokeText(text, x, y + free);
      ctx.fillStyle = style.colour;
      ctx.fillText(text, x, y + free);
    });
  };
})(Cartes);
