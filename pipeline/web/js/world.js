// The topology becomes paths: areas, their merged cercles, and border lines by level, in a plane of its own:
// Web Mercator pixels at zoom 8, measured from the country's north-west corner.
(function (C) {
  "use strict";
  const ZOOM = 8, SIZE = 256 * Math.pow(2, ZOOM);
  const numbers = C.numbers;

  function mercator(lon, lat) {
    const sine = Math.sin(lat * Math.PI / 180);
    return [(lon / 360 + 0.5) * SIZE, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * SIZE];
  }

  C.buildWorld = function (topology, bounds) {
    const origin = mercator(bounds[0], bounds[3]);
    const [kx, ky, x0, y0] = topology.transform;
    function plane(lon, lat) {
      const point = mercator(lon, lat);
      return [point[0] - origin[0], point[1] - origin[1]];
    }
    function points(text) {
      // As `plane`, without a pair of its own for each of some twenty thousand points.
      const steps = numbers(text), out = new Float32Array(steps.length);
      let x = 0, y = 0;
      for (let i = 0; i < steps.length; i += 2) {
        x += steps[i];
        y += steps[i + 1];
        const sine = Math.sin((y * ky + y0) * Math.PI / 180);
        out[i] = ((x * kx + x0) / 360 + 0.5) * SIZE - origin[0];
        out[i + 1] = (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * SIZE - origin[1];
      }
      return out;
    }
    const arcs = topology.arcs.map(points);

    function follow(path, reference, first, box) {
      const arc = arcs[reference < 0 ? ~reference : reference], count = arc.length / 2;
      for (let k = first ? 0 : 1; k < count; k++) {
        const at = 2 * (reference < 0 ? count - 1 - k : k), x = arc[at], y = arc[at + 1];
        if (first && k === 0) path.moveTo(x, y);
        else path.lineTo(x, y);
        if (box) {
          if (x < box[0]) box[0] = x;
          if (y < box[1]) box[1] = y;
          if (x > box[2]) box[2] = x;
          if (y > box[3]) box[3] = y;
        }
      }
    }
    function trace(rings) {
      const path = new Path2D(), box = [Infinity, Infinity, -Infinity, -Infinity];
      rings.forEach(function (ring) {
        ring.forEach(function (reference, i) { follow(path, reference, i === 0, box); });
        path.closePath();
      });
      return {path: path, box: box};
    }

    const users = arcs.map(function () { return []; });
    const source = topology.areas;
    const areas = source.pcode.map(function (pcode, i) {
      const rings = source.rings[i].map(function (ring) { return C.sums(numbers(ring)); });
      rings.forEach(function (ring) {
        ring.forEach(function (reference) { users[reference < 0 ? ~reference : reference].push(i); });
      });
      const cercle = source.cercle[i];
      return Object.assign(trace(rings), {
        index: i, pcode: pcode, name: source.name[i], level: topology.level, rings: rings,
        cercle: cercle, region: topology.cercles.region[cercle],
      });
    });
    function put(list, text) {
      const at = points(text);
      list.forEach(function (area, i) { area.at = [at[2 * i], at[2 * i + 1]]; });
    }
    put(areas, source.at);

    // A border belongs to the highest level that changes across it.
    const lines = {area: new Path2D(), cercle: new Path2D(), region: new Path2D(), country: new Path2D()};
    arcs.forEach(function (arc, i) {
      const a = areas[users[i][0]], b = areas[users[i][1]];
      const level = !b ? "country" : a.region !== b.region ? "region" : a.cercle !== b.cercle ? "cercle" : "area";
      follow(lines[level], i, true, null);
    });

    // The rings of several areas together: arcs that only one of them uses, joined end to end.
    function merge(members) {
      const inside = new Set(members.map(function (area) { return area.index; }));
      const starts = new Map(), rings = [];
      function key(reference, end) {
        const arc = arcs[reference < 0 ? ~reference : reference];
        const at = (reference < 0) !== end ? arc.length - 2 : 0;
        return arc[at] + " " + arc[at + 1];
      }
      members.forEach(function (area) {
        area.rings.forEach(function (ring) {
          ring.forEach(function (reference) {
            const used = users[reference < 0 ? ~reference : reference];
            if (used.every(function (user) { return user === area.index || !inside.has(user); })) {
              const start = key(reference, false);
              if (!starts.has(start)) starts.set(start, []);
              starts.get(start).push(reference);
            }
          });
        });
      });
      starts.forEach(function (left) {
        while (left.length) {
          const ring = [left.pop()];
          for (;;) {
            const next = starts.get(key(ring[ring.length - 1], true));
            if (!next || !next.length) break;
            ring.push(next.pop());
          }
          rings.push(ring);
        }
      });
      return rings;
    }
    function ring(references) {
      const out = [];
      references.forEach(function (reference) {
        const arc = arcs[reference < 0 ? ~reference : reference], count = arc.length / 2;
        for (let k = 0; k < count - 1; k++) {
          const at = 2 * (reference < 0 ? count - 1 - k : k);
          out.push([arc[at], arc[at + 1]]);
        }
      });
      return out;
    }
    function group(level, table) {
      return table.pcode.map(function (pcode, i) {
        const members = areas.filter(function (area) { return area[level] === i; });
        const box = members.reduce(function (all, area) {
          return [Math.min(all[0], area.box[0]), Math.min(all[1], area.box[1]),
            Math.max(all[2], area.box[2]), Math.max(all[3], area.box[3])];
        }, [Infinity, Infinity, -Infinity, -Infinity]);
        let path = null;
        return {
          index: i, pcode: pcode, name: table.name[i], level: level, box: box, members: members,
          region: level === "cercle" ? table.region[i] : i,
          get path() { return path || (path = trace(merge(members)).path); },
        };
      });
    }
    function strokes(list) {
      const path = new Path2D();
      list.forEach(function (text) {
        const line = points(text);
        for (let i = 0; i < line.length; i += 2) {
          if (i) path.lineTo(line[i], line[i + 1]);
          else path.moveTo(line[i], line[i + 1]);
        }
      });
      return path;
    }

    const cercles = topology.level === "cercle" ? areas : group("cercle", topology.cercles);
    if (cercles !== areas) put(cercles, topology.cercles.at);
    const regions = group("region", topology.regions);
    const byCode = new Map();
    [regions, cercles, areas].forEach(function (list) {
      list.forEach(function (area) { byCode.set(area.pcode, area); });
    });
    return {
      neighbours: topology.neighbours.map(function (n) { return {name: n[0], at: plane(n[1], n[2])}; }),
      zoom: ZOOM, origin: origin, level: topology.level, areas: areas, cercles: cercles, regions: regions, lines: lines,
      aliases: topology.aliases.reduce(function (all, text) {
        const at = text.indexOf(" ");
        all[text.slice(0, at)] = text.slice(at + 1).split("|");
        return all;
      }, {}),
      rivers: strokes(topology.water.rivers), lakes: strokes(topology.water.lakes), byCode: byCode, plane: plane,
      ringsOf: function (unit) { return (unit.rings || merge(unit.members)).map(ring); },
      units: function (level) { return level === "cercle" ? cercles : areas; },
      place: function (area) {
        const parts = [];
        if (area.level === "commune") parts.push("cercle " + C.of(cercles[area.cercle].name));
        if (area.level !== "region") {
          const name = regions[area.region].name;
          parts.push((/^bamako/i.test(name) ? "district " : "région ") + C.of(name));
        }
        return parts.join(", ");
      },
    };
  };
})(Cartes);
