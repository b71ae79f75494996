// Draws areas, hatches, water and borders on a canvas. A view says where the plane lies on the canvas:
// {scale, x, y, width, height, ratio}: canvas pixel = (plane * scale + (x, y)) * ratio.
(function (C) {
  "use strict";
  const tiles = new Map();

  // A tile of hatching: diagonal lines or dots in one colour over another.
  function hatchTile(entry, ratio) {
    const key = [entry.hatch, entry.colour, entry.hatchColour, ratio].join();
    if (!tiles.has(key)) {
      const size = Math.round(6 * ratio), tile = document.createElement("canvas");
      tile.width = tile.height = size;
      const ctx = tile.getContext("2d");
      if (entry.colour) {
        ctx.fillStyle = entry.colour;
        ctx.fillRect(0, 0, size, size);
      }
      ctx.fillStyle = ctx.strokeStyle = entry.hatchColour;
      ctx.beginPath();
      if (entry.hatch === "dots") {
        ctx.arc(size / 2, size / 2, size / 5, 0, 7);
        ctx.fill();
      } else {
        ctx.lineWidth = ratio;
        [-size, 0, size].forEach(function (shift) {
          ctx.moveTo(shift - 1, size + 1);
          ctx.lineTo(shift + size + 1, -1);
        });
        ctx.stroke();
      }
      tiles.set(key, tile);
    }
    return tiles.get(key);
  }

  function fillStyle(ctx, entry, view) {
    if (!entry.hatch) return entry.colour;
    const pattern = C.hatching(ctx, entry, view.ratio);
    // The plane is scaled, the hatch is not: it keeps its size on the screen and moves with the map.
    if (pattern.setTransform) {
      const unit = 1 / (view.scale * view.ratio);
      pattern.setTransform(new DOMMatrix([unit, 0, 0, unit, 0, 0]));
    }
    return pattern;
  }

  C.hatching = function (ctx, entry, ratio) { return ctx.createPattern(hatchTile(entry, ratio), "repeat"); };

  // A square of a class for the legend of a picture, and the sign of an event's type or a slice's colour.
  C.paintSwatch = function (ctx, entry, x, y, side) {
    ctx.fillStyle = entry.hatch ? C.hatching(ctx, entry, 1.5) : entry.colour;
    ctx.fillRect(x, y, side, side);
    ctx.lineWidth = 1;
    ctx.strokeStyle = "#6f767c";
    ctx.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  };
  C.paintKey = function (ctx, key, scene, x, y) {
    if (!scene.shapes[key.shape]) return C.paintSwatch(ctx, key, x - 12, y - 12, 24);
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(10, 10);
    ctx.fillStyle = key.colour;
    ctx.fill(new Path2D(scene.shapes[key.shape]), "evenodd");
    ctx.restore();
  };

  function stroke(ctx, path, view, colour, width) {
    ctx.lineWidth = width / view.scale;
    ctx.strokeStyle = colour;
    ctx.stroke(path);
  }

  function inPlane(ctx, view) {
    const k = view.scale * view.ratio;
    ctx.setTransform(k, 0, 0, k, view.x * view.ratio, view.y * view.ratio);
  }

  function near(area, view) {
    return area.box[2] * view.scale + view.x > 0 && area.box[0] * view.scale + view.x < view.width &&
      area.box[3] * view.scale + view.y > 0 && area.box[1] * view.scale + view.y < view.height;
  }

  function fills(ctx, view, scene) {
    const values = scene.areas, units = scene.world.units(values.level);
    const seam = values.level !== scene.world.level;
    values.classes.forEach(function (entry, index) {
      ctx.globalAlpha = (scene.hidden.has(entry.key) ? 0.1 : 1) * (scene.online ? 0.72 : 1);
      ctx.fillStyle = fillStyle(ctx, entry, view);
      units.forEach(function (unit, i) {
        if (values.class[i] === index && near(unit, view)) {
          ctx.fill(unit.path, "evenodd");
          if (seam) stroke(ctx, unit.path, view, entry.colour, 0.5);
        }
      });
    });
    ctx.globalAlpha = 1;
  }

  function changes(ctx, view, scene) {
    const values = scene.areas, units = scene.world.units(values.level);
    values.changes.forEach(function (entry) {
      const code = entry.change === "up" ? "1" : entry.change === "down" ? "2" : "";
      if (!scene.shown("change-" + entry.change)) return;
      units.forEach(function (unit, i) {
        if (values.change[i] === code && !scene.hidden.has(values.classes[values.class[i]].key)) {
          stroke(ctx, unit.path, view, "#ffffff", 4);
          stroke(ctx, unit.path, view, entry.colour, 2.2);
        }
      });
    });
  }

  C.paintAreas = function (ctx, view, scene) {
    const world = scene.world, theme = scene.theme, zoomed = view.scale > 0.2;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
    inPlane(ctx, view);
    // Round joins, at the twenty thousand corners of a coverage, would cost half as much again as its areas.
    ctx.lineJoin = "bevel";
    if (scene.areas) fills(ctx, view, scene);
    else if (!scene.online) {
      ctx.fillStyle = theme.paper;
      world.areas.forEach(function (area) { ctx.fill(area.path, "evenodd"); });
    }
    // Values by cercle have no borders inside the cercle.
    if (!scene.areas || scene.areas.level === world.level) {
      stroke(ctx, world.lines.area, view, scene.areas && !zoomed ? theme.communeLine : theme.finestLine,
        zoomed ? 0.8 : 0.5);
    }
    if (scene.shown("eaux")) {
      stroke(ctx, world.rivers, view, theme.water, zoomed ? 2 : 1.2);
      stroke(ctx, world.lakes, view, theme.water, 1.2);
    }
    stroke(ctx, world.lines.cercle, view, theme.cercleLine, zoomed ? 1.4 : 0.8);
    stroke(ctx, world.lines.region, view, theme.regionLine, zoomed ? 2.2 : 1.3);
    stroke(ctx, world.lines.country, view, theme.countryLine, zoomed ? 2.4 : 1.7);
    if (scene.areas) changes(ctx, view, scene);
    scene.zones.forEach(function (layer) { if (scene.shown(layer.id)) hatched(ctx, view, layer, scene); });
  };

  // The cercles in which events are known to lie, no finer.
  function hatched(ctx, view, layer, scene) {
    layer.items.forEach(function (item) {
      const unit = scene.world.byCode.get(item.area);
      if (item.level !== "cercle" || !unit || scene.away.has(item.number)) return;
      ctx.fillStyle = fillStyle(ctx, {hatch: "diagonal", colour: "", hatchColour: scene.theme.zone}, view);
      ctx.fill(unit.path, "evenodd");
      stroke(ctx, unit.path, view, scene.theme.zone, scene.chosen === item ? 3 : 1.6);
    });
  }

  // The outline of a chosen area, on the canvas above.
  C.paintMark = function (ctx, view, unit, theme) {
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
    inPlane(ctx, view);
    ctx.lineJoin = "round";
    stroke(ctx, unit.path, view, "#ffffff", 6);
    stroke(ctx, unit.path, view, theme.ink, 3);
  };
})(Cartes);
