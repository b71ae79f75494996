// Markers of events and displacement arrows: drawn in pixels, found again under a finger.
(function (C) {
  "use strict";
  const outlines = new Map();

  function pixel(view, point) { return [point[0] * view.scale + view.x, point[1] * view.scale + view.y]; }

  // Smaller on phones.
  function iconSize() { return C.phone() ? 7.5 : 9; }

  // One marker a place: a sign for each type of event there, with how many beside it where they are several.
  function marker(ctx, item, layer, x, y, scene) {
    const parts = item.parts.filter(function (part) { return !scene.hidden.has(layer.id + "/" + part[0]); });
    const step = 2.1 * iconSize();
    parts.forEach(function (part, i) {
      const at = x + (i - (parts.length - 1) / 2) * step;
      icon(ctx, part, layer, at, y, scene);
      if (part[1] > 1) badge(ctx, "\u00d7" + part[1], at, y + iconSize() + 5, "center");
    });
  }

  function icon(ctx, part, layer, x, y, scene) {
    const key = layer.keys.find(function (k) { return k.key === part[0]; });
    const data = scene.shapes[key ? key.shape : "circle"] || scene.shapes.circle;
    if (!outlines.has(data)) outlines.set(data, new Path2D(data));
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(iconSize(), iconSize());
    ctx.lineJoin = "round";
    ctx.strokeStyle = "#ffffff";
    ctx.lineWidth = 0.5;
    ctx.stroke(outlines.get(data));
    ctx.fillStyle = key ? key.colour : "#6b6b6b";
    ctx.fill(outlines.get(data), "evenodd");
    ctx.restore();
  }

  // Where the number of a symbol stands: outwards where several are in a ring (aside of a loop, which takes
  // that room), else at the upper right; around it where something else stands there.
  function numberAt(item, x, y, taken) {
    const away = Math.hypot(item.shift[0], item.shift[1]), side = iconSize() * Math.max(1, item.parts.length) + 6;
    const out = [16 * item.shift[0] / away, 16 * item.shift[1] / away], up = -iconSize();
    const first = !away ? [side, up] : item.loop ? [-out[1], out[0]] : out;
    const ways = [first, [side, up], [-side, up], [side, -up], [-side, -up], [0, 2 * up], [0, -2 * up]];
    const way = ways.find(function (w) { return !C.meets(around(x + w[0], y + w[1]), taken, 0); }) || first;
    return [x + way[0], y + way[1]];
  }
  function around(x, y) { return [x - 7, y - 7, x + 7, y + 7]; }

  function badge(ctx, text, x, y, align, most) {
    ctx.font = "700 11px " + C.FONT;
    ctx.textAlign = align;
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = "#ffffff";
    ctx.strokeText(C.clip(text, most || 6), x, y);
    ctx.fillStyle = "#1d2429";
    ctx.fillText(C.clip(text, most || 6), x, y);
  }

  // Events at one place stand in a small ring around it, so that each can be touched.
  C.spread = function (items) {
    const groups = new Map();
    items.forEach(function (item) {
      const key = item.at.join();
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(item);
    });
    groups.forEach(function (group) {
      const radius = group.length > 1 ? Math.max(12, group.length * 4) : 0;
      group.forEach(function (item, i) {
        const angle = 2 * Math.PI * i / group.length - Math.PI / 2;
        item.shift = [radius * Math.cos(angle), radius * Math.sin(angle)];
      });
    });
  };

  // An arrow starts at the symbol of its own event.
  C.anchor = function (flows, symbols) {
    flows.forEach(function (layer) {
      layer.items.forEach(function (flow) {
        flow.shift = [0, 0];
        symbols.forEach(function (other) {
          other.items.forEach(function (item) {
            if (flow.number && item.number === flow.number && item.at.join() === flow.from.join()) {
              flow.shift = item.shift;
              item.loop = flow.stays || !flow.to;
            }
          });
        });
      });
    });
  };

  // Draws one layer of symbols, then their numbers where they find room; adds what can be touched to `targets`.
  C.paintSymbols = function (ctx, view, layer, scene, targets) {
    const items = layer.items.slice().sort(function (a, b) { return b.value - a.value; }), drawn = [];
    items.forEach(function (item) {
      if (item.number && scene.away.has(item.number)) return;
      const at = pixel(view, scene.world.plane(item.at[0], item.at[1]));
      const x = at[0] + item.shift[0], y = at[1] + item.shift[1];
      const radius = iconSize(), half = radius * Math.max(1, item.parts.length);
      if (x < -40 || y < -40 || x > view.width + 40 || y > view.height + 40) return;
      if (scene.chosen === item) halo(ctx, x, y, radius);
      marker(ctx, item, layer, x, y, scene);
      const several = item.parts.some(function (part) { return part[1] > 1; });
      drawn.push({x: x, y: y, radius: half, box: [x - half, y - radius, x + half, y + radius + (several ? 12 : 0)],
        item: item, layer: layer});
    });
    targets.push.apply(targets, drawn);
    drawn.forEach(function (target) {
      if (!target.item.number) return;
      const at = numberAt(target.item, target.x, target.y, targets.map(C.boxOf));
      badge(ctx, target.item.number, at[0], at[1], "center");
      targets.push({x: at[0], y: at[1], radius: 7, item: target.item, layer: layer});
    });
  };

  // The first box around a point, in the order of `around`, that meets nothing; at the point where none is free.
  C.room = function (x, y, half, tall, targets, around) {
    const taken = targets.map(C.boxOf), boxes = around.map(function (way) {
      const u = x + way[0] * (half + 12), v = y + way[1] * (tall + 12);
      return [u - half, v - tall, u + half, v + tall];
    });
    return boxes.find(function (box) { return !C.meets(box, taken, 1); }) || boxes[0];
  };
  function lead(ctx, from, x, y) {
    ctx.lineWidth = 1.6;
    ctx.beginPath();
    ctx.moveTo(from[0], from[1]);
    ctx.lineTo(x, y);
    ctx.stroke();
  }

  // The number of a place that is known as an area: a tag, not a sign, in the cercle or the region; beside what
  // stands there already, then with a line to its point.
  C.paintZones = function (ctx, view, layer, scene, targets) {
    layer.items.forEach(function (item) {
      if (!item.level || scene.away.has(item.number)) return;
      const at = pixel(view, scene.world.plane(item.at[0], item.at[1]));
      const text = item.number + (item.value > 1 ? " \u00d7" + item.value : ""), line = scene.chosen === item ? 3 : 1.6;
      ctx.font = "700 12px " + C.FONT;
      const half = ctx.measureText(text).width / 2 + 4, down = item.level === "region" ? 16 : 0;
      const box = C.room(at[0], at[1] + down, half, 8, targets, scene.theme.around);
      const x = (box[0] + box[2]) / 2, y = (box[1] + box[3]) / 2;
      ctx.strokeStyle = scene.chosen === item ? "#1d2429" : scene.theme.zone;
      if (y !== at[1] + down || x !== at[0]) lead(ctx, at, x, y);
      ctx.fillStyle = "#ffffff";
      ctx.lineWidth = line;
      ctx.fillRect(box[0], box[1], 2 * half, 16);
      ctx.strokeRect(box[0], box[1], 2 * half, 16);
      ctx.fillStyle = "#1d2429";
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillText(text, x, y + 0.5);
      targets.push({x: x, y: y, radius: Math.max(half, 9), box: box, item: item, layer: layer});
    });
  };

  // Areas whose level changed, numbered as in their list; beside each other where they lie close.
  C.paintMovers = function (ctx, view, scene, targets) {
    const drawn = [];
    scene.movers().forEach(function (mover) {
      const unit = scene.world.byCode.get(mover.pcode);
      const at = pixel(view, scene.world.plane(mover.at[0], mover.at[1]));
      if (!scene.shown("change-" + mover.change)) return;
      if (!unit || at[0] < 0 || at[1] < 0 || at[0] > view.width || at[1] > view.height) return;
      const box = C.room(at[0], at[1], 8, 8, targets, scene.theme.around), x = box[0] + 8, y = box[1] + 8;
      const colour = ctx.strokeStyle = mover.change === "up" ? scene.theme.worse : scene.theme.better;
      if (x !== at[0] || y !== at[1]) lead(ctx, at, x, y);
      drawn.push([mover.number, x, y, colour]);
      targets.push({x: x, y: y, radius: 8, unit: unit});
    });
    drawn.forEach(function (found) {
      const x = found[1], y = found[2];
      ctx.fillStyle = found[3];
      ctx.beginPath();
      ctx.arc(x, y, 8, 0, 7);
      ctx.fill();
      ctx.lineWidth = 1.5;
      ctx.strokeStyle = "#ffffff";
      ctx.stroke();
      ctx.font = "700 10px " + C.FONT;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillStyle = "#ffffff";
      ctx.fillText(found[0], x, y + 0.5);
    });
  };

  function halo(ctx, x, y, radius) {
    ctx.beginPath();
    ctx.arc(x, y, radius + 6, 0, 7);
    ctx.fillStyle = "rgba(255,255,255,.9)";
    ctx.fill();
    ctx.lineWidth = 2.5;
    ctx.strokeStyle = "#1d2429";
    ctx.stroke();
  }

  function head(ctx, x, y, angle, size) {
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x - size * Math.cos(angle - 0.45), y - size * Math.sin(angle - 0.45));
    ctx.lineTo(x - size * Math.cos(angle + 0.45), y - size * Math.sin(angle + 0.45));
    ctx.closePath();
    ctx.fill();
  }

  function trail(ctx, draw, colour, width, dash) {
    ctx.lineCap = "round";
    [["#ffffff", width + 2.5], [colour, width]].forEach(function (pass) {
      ctx.setLineDash(dash);
      ctx.strokeStyle = pass[0];
      ctx.lineWidth = pass[1];
      ctx.beginPath();
      draw();
      ctx.stroke();
    });
    ctx.setLineDash([]);
    ctx.fillStyle = colour;
  }

  // A return is dashed in its own colour; a number that is not known, finely.
  function dashes(flow) { return flow.back ? [9, 5] : flow.value > 0 ? [] : [4, 4]; }

  // A ring that leaves the symbol outwards and comes back to it.
  function loop(ctx, a, flow, colour, width) {
    const away = Math.hypot(flow.shift[0], flow.shift[1]);
    flow.out = away ? [flow.shift[0] / away, flow.shift[1] / away] : [0, -1];
    const x = a[0] + 17 * flow.out[0], y = a[1] + 17 * flow.out[1], back = Math.atan2(-flow.out[1], -flow.out[0]);
    trail(ctx, function () { ctx.arc(x, y, 9, back + 0.7, back + 2 * Math.PI - 1.1); }, colour, width, dashes(flow));
    const end = back - 0.55;
    head(ctx, x + 9 * Math.cos(end), y + 9 * Math.sin(end), end + 1.3, 7 + 1.2 * width);
  }

  // Arrows from origin to destination, as wide as the households that moved; a loop where they stayed near.
  C.paintFlows = function (ctx, view, layer, scene, targets) {
    layer.items.forEach(function (flow) {
      if (flow.number && scene.away.has(flow.number)) return;
      const base = pixel(view, scene.world.plane(flow.from[0], flow.from[1]));
      const a = [base[0] + flow.shift[0], base[1] + flow.shift[1]];
      const width = flow.value > 0 ? Math.max(1.6, 9 * flow.value / layer.largest) : 1.6;
      const colour = scene.chosen === flow ? "#1d2429" : flow.back ? layer.backColour : layer.colour, size = 9 + 1.7 * width;
      const b = flow.to && !flow.stays ? pixel(view, scene.world.plane(flow.to[0], flow.to[1])) : null;
      const length = b ? Math.hypot(b[0] - a[0], b[1] - a[1]) : 0;
      if (!b || length < 6) {
        loop(ctx, a, flow, colour, width);
        if (flow.abroad) badge(ctx, flow.abroad, a[0], a[1] - 34, "center", 30);
        targets.push({x: a[0] + 17 * flow.out[0], y: a[1] + 17 * flow.out[1], radius: 11, item: flow, layer: layer});
        return;
      }
      const bend = Math.min(0.2 * length, 40), ux = (b[0] - a[0]) / length, uy = (b[1] - a[1]) / length;
      const cx = (a[0] + b[0]) / 2 + uy * bend, cy = (a[1] + b[1]) / 2 - ux * bend;
      const angle = Math.atan2(b[1] - cy, b[0] - cx);
      const ex = b[0] - 0.8 * size * Math.cos(angle), ey = b[1] - 0.8 * size * Math.sin(angle);
      trail(ctx, function () {
        ctx.moveTo(a[0], a[1]);
        ctx.quadraticCurveTo(cx, cy, ex, ey);
      }, colour, width, dashes(flow));
      head(ctx, b[0], b[1], angle, size);
      if (flow.abroad) badge(ctx, flow.abroad, b[0], b[1] + 12, "center", 30);
      const mx = (a[0] + 2 * cx + ex) / 4, my = (a[1] + 2 * cy + ey) / 4;
      if (flow.number && length > 40) badge(ctx, flow.number, mx + 4, my, "left");
      [[mx, my], [(a[0] + 3 * mx) / 4, (a[1] + 3 * my) / 4], [(3 * mx + ex) / 4, (3 * my + ey) / 4], [ex, ey]]
        .forEach(function (p) { targets.push({x: p[0], y: p[1], radius: 8, item: flow, layer: layer}); });
    });
  };
})(Cartes);
